import { quote, quotedList } from '../../src/core/text.js';
import type { FoundRole } from './found-roles.js';

/** `ARN=FILE` or `ARN=FILE#ROLE`: which file has the trust policy of a role. */
export interface RoleLine {
  readonly arn: string;
  readonly file: string;
  /** The role's name in the file. */
  readonly label: string | undefined;
}

/** A role under the ARN that it was given. */
export interface NamedRole {
  readonly arn: string;
  readonly partition: string;
  readonly accountId: string;
  readonly path: string;
  readonly name: string;
  readonly role: FoundRole;
}

const ROLE_ARN = /^arn:(aws(?:-[a-z]+)*):iam::(\d{12}):role(\/(?:[\x21-\x7e]+\/)?)([\w+=,.@-]{1,64})$/;

/** Reads the lines of `roles`. Throws an Error that says what is allowed. */
export function readRoleLines(lines: readonly string[]): readonly RoleLine[] {
  return lines.map((line) => {
    const at = separatorOf(line);
    const arn = line.slice(0, at).trim();
    const [file = '', label] = splitLabel(line.slice(at + 1).trim());
    if (at < 0 || !ROLE_ARN.test(arn) || file === '')
      throw new Error(
        `roles: got ${quote(line)}; allowed: ROLE_ARN=FILE or ROLE_ARN=FILE#ROLE, one per line`,
      );
    return { arn, file, label };
  });
}

/** A role's name may have a `=` in it, and so may a file's: what is before the one that ends a role's ARN counts. */
function separatorOf(line: string): number {
  for (let at = line.indexOf('='); at !== -1; at = line.indexOf('=', at + 1))
    if (ROLE_ARN.test(line.slice(0, at).trim())) return at;
  return -1;
}

function splitLabel(text: string): readonly [string, string | undefined] {
  const at = text.indexOf('#');
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** Finds the roles that lines name. Throws an Error for a line that names none, or one of several. */
export function nameRoles(lines: readonly RoleLine[], found: readonly FoundRole[]): readonly NamedRole[] {
  return lines.map(({ arn, file, label }) => {
    const inFile = found.filter((one) => one.file === file);
    const named = label === undefined ? inFile : inFile.filter((one) => one.label === label);
    const [role, ...others] = named;
    if (role === undefined || others.length > 0) {
      const labels = inFile.flatMap((one) => one.label ?? []);
      const allowed =
        labels.length === 0 ? 'a file with a trust policy' : `${file}# and ${quotedList(labels)}`;
      throw new Error(`roles: ${quote(`${arn}=${file}`)} names ${named.length} roles; allowed: ${allowed}`);
    }
    const [, partition = '', accountId = '', path = '', name = ''] = ROLE_ARN.exec(arn) ?? [];
    return { arn, partition, accountId, path, name, role };
  });
}
