import { ActionError } from '../errors.js';
import { quote } from '../text.js';

/**
 * The value of `credential_process`: each part in double quotes. The AWS CLI and boto3 split it themselves, most SDKs
 * give it to a shell, and the config file has comments: characters that mean something to one of them are refused.
 * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html)
 * @throws ActionError FILE_REFUSED
 */
export function processCommand(parts: readonly string[], platform: NodeJS.Platform): string {
  const forbidden = platform === 'win32' ? /["%\p{Cc}]/u : /["$`\\\p{Cc}]/u;
  for (const part of parts) {
    if (part !== '' && !forbidden.test(part) && !/(^|\s)[#;]/.test(part)) continue;
    throw new ActionError('FILE_REFUSED', `The path ${quote(part)} cannot stand in credential_process.`, {
      hint: 'AWS gives paths in this setting no way to quote such characters. Run the job in a directory with a plainer name.',
    });
  }
  return parts.map((part) => `"${part}"`).join(' ');
}
