import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AwsCommand } from './command.js';

/** A parameter of an operation, in the API's form. */
export type InputValue =
  | string
  | number
  | Buffer
  | readonly InputValue[]
  | { readonly [key: string]: InputValue };

/** Where the API has other capitals than the option would have. */
const NAMES: Readonly<Record<string, string>> = {
  'open-id-connect-provider-arn': 'OpenIDConnectProviderArn',
  'client-id-list': 'ClientIDList',
  'virtual-mfa-device-name': 'VirtualMFADeviceName',
};
const NUMBERS = ['duration-seconds', 'max-session-duration', 'pending-window-in-days'];
const LISTS = ['tags', 'transitive-tag-keys', 'client-id-list', 'thumbprint-list', 'policy-arns'];
/** What the AWS CLI keeps to itself. */
const OF_THE_CLI = ['outfile', 'bootstrap-method'];
const MAPS = ['encryption-context'];

/** A command's options as the API takes them. */
export function inputOf({ options }: AwsCommand, folder: string): Readonly<Record<string, InputValue>> {
  return Object.fromEntries(
    [...options]
      .filter(([name]) => !OF_THE_CLI.includes(name))
      .map(([name, values]) => [NAMES[name] ?? pascal(name), parameterOf(name, values, folder)]),
  );
}

/** `assume-role` is `AssumeRole`. */
export function pascal(kebab: string): string {
  const words = kebab.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return words.join('').replace('OpenIdConnect', 'OpenIDConnect').replace('Mfa', 'MFA');
}

function parameterOf(name: string, values: readonly string[], folder: string): InputValue {
  const [first = ''] = values;
  if (NUMBERS.includes(name)) return Number(first);
  if (MAPS.includes(name)) return shorthand(first);
  if (LISTS.includes(name)) return values.map((value) => (value.includes('=') ? shorthand(value) : value));
  return readValue(first, folder);
}

/** `Key=a,Value=b`. */
function shorthand(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const at = part.indexOf('=');
      return [part.slice(0, at), part.slice(at + 1)];
    }),
  );
}

/** A value, or what is in the file that it names. */
export function readValue(text: string, folder: string): string | Buffer {
  const [, binary, path] = /^file(b?):\/\/(.+)$/.exec(text) ?? [];
  if (path === undefined) return text;
  const content = readFileSync(join(folder, path));
  return binary === 'b' ? content : content.toString('utf8');
}
