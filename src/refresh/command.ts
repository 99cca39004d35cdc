import { ActionError } from '../core/errors.js';
import { quote } from '../core/text.js';

/*
 * The value of `credential_process`. The AWS CLI and boto3 split it themselves, the other SDKs give it to a shell, and
 * two of them look at its quotes first: the SDK for Go takes off a pair that encloses the value, version 1 of it reads
 * a value that begins with a quote as one word, and on Windows it escapes every quote, which cmd.exe does not undo
 * (aws-sdk-go-v2#3208). So there are quotes only where a path needs them, and never in front.
 * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html)
 */

/** How one kind of system reads a command line. */
interface Shell {
  /** A path that is one word as it is. */
  readonly plain: RegExp;
  /** What no quotes can hold, or no config file. */
  readonly forbidden: RegExp;
  /** Plain words that start the program named behind them, for a program that needs quotes itself. */
  readonly starter: string;
  /** Whether the starter would take the path for something else. */
  misreads(path: string, isProgram: boolean): boolean;
}

const POSIX: Shell = {
  plain: /^\/[\w/.,:@%+=-]*$/,
  forbidden: /["$`\\\p{Cc}]|(?:^|\s)[#;]/u,
  starter: 'env',
  // `env` sets variables that stand before the program.
  misreads: (path, isProgram) => isProgram && path.includes('='),
};

const WINDOWS: Shell = {
  plain: /^[\w:\\.@+~-]+$/,
  forbidden: /["%\p{Cc}]|(?:^|\s)[#;]/u,
  // `call`, since cmd.exe takes off the outermost quotes of what begins with one.
  starter: 'cmd.exe /d /c call',
  // `call` doubles the caret. The others lose their quotes where the AWS CLI joins the words again.
  misreads: (path) => /[\^&|<>]/.test(path),
};

/** Whether the path stands in `credential_process` without quotes, which every SDK on every system reads. */
export function needsNoQuotes(path: string, platform: NodeJS.Platform): boolean {
  return shellOf(platform).plain.test(path);
}

/**
 * The value of `credential_process` that starts this program with these arguments, all of them paths.
 * @throws ActionError FILE_REFUSED
 */
export function processCommand(parts: readonly string[], platform: NodeJS.Platform): string {
  const { plain, forbidden, starter, misreads } = shellOf(platform);
  const needsStarter = !plain.test(parts[0] ?? '');
  for (const [index, part] of parts.entries()) {
    if (part !== '' && !forbidden.test(part) && !(needsStarter && misreads(part, index === 0))) continue;
    throw new ActionError('FILE_REFUSED', `The path ${quote(part)} cannot be used in credential_process.`, {
      hint: 'AWS tools have no common way to quote such characters in this setting. Run the job in a directory without them.',
    });
  }
  const words = parts.map((part) => (plain.test(part) ? part : `"${part}"`));
  return [...(needsStarter ? [starter] : []), ...words].join(' ');
}

function shellOf(platform: NodeJS.Platform): Shell {
  return platform === 'win32' ? WINDOWS : POSIX;
}
