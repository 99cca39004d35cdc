import { quote } from '../core/text.js';

/** What a step uses, as `OWNER/NAME@REF`, and the comment that stands behind it. */
export interface Reference {
  readonly action: string;
  readonly ref: string;
  readonly comment: string | undefined;
}

/** An action's repository, as `OWNER/NAME`. */
const ACTION = /^[\w.-]+\/[\w.-]+$/;
/** No character that means something in YAML, so that the text can stand in quotes and without any. */
const REFERENCE = /^([\w.-]+\/[\w.-]+)@(\w[\w./-]*)(?:\s+#\s*(\S[^\r\n]*?))?\s*$/;

/** What `--to` says. Throws an Error for anything but `OWNER/NAME@REF`, optionally with ` # COMMENT`. */
export function parseReference(text: string): Reference {
  const [, action, ref, comment] = REFERENCE.exec(text) ?? [];
  if (action !== undefined && ref !== undefined) return { action, ref, comment };
  throw new Error(`--to: got ${quote(text)}; allowed: OWNER/NAME@REF, or "OWNER/NAME@REF # COMMENT"`);
}

/** What `--from` says. Throws an Error for anything but `OWNER/NAME`. */
export function parseAction(text: string): string {
  if (ACTION.test(text)) return text;
  throw new Error(`--from: got ${quote(text)}; allowed: OWNER/NAME`);
}

/** The ref with which a step uses an action; undefined for another action. GitHub ignores the case of names. */
export function refOf(uses: string, action: string): string | undefined {
  const [name = '', ref, ...others] = uses.split('@');
  const isIt = name.toLowerCase() === action.toLowerCase() && others.length === 0;
  return isIt && ref !== undefined && !/[\s${}]|^$/.test(ref) ? ref : undefined;
}

/** A release as far as a ref or the comment behind it tells: `v4` stands for the last one of version 4. */
export interface Release {
  readonly major: number;
  readonly minor: number;
}

/** Undefined where neither tells, as for a commit without a comment, or a branch. */
export function releaseOf(ref: string, comment: string | undefined): Release | undefined {
  const [, major, minor] =
    /^v?(\d{1,3})(?:\.(\d+)|(?![\da-f]))/.exec(ref) ??
    /\bv?(\d{1,3})(?:\.(\d+))?\b/.exec(comment ?? '') ??
    [];
  if (major === undefined) return undefined;
  return { major: Number(major), minor: minor === undefined ? Number.POSITIVE_INFINITY : Number(minor) };
}
