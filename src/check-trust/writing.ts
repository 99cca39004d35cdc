import { formatList } from '../core/text.js';
import { REACH_INPUTS } from './home.js';

/** What the command can do instead of a test: write policies. */
export type Writing = 'suggest' | 'migrate';

/** The options that each of them takes; `fail-on` and `help` have defaults and do no harm. */
const TAKES: Readonly<Record<Writing, readonly string[]>> = {
  suggest: [
    'suggest',
    'format',
    'account',
    'role-name',
    'issuer',
    ...REACH_INPUTS.filter((name) => name !== 'never'),
  ],
  migrate: ['migrate', 'stage'],
};

const ALWAYS = ['fail-on', 'help'];

/**
 * What of policies is to be written, if anything. Throws an Error for options that do not go together, which must not
 * be taken for options that are not there.
 */
export function readWriting(values: Readonly<Record<string, unknown>>): Writing | undefined {
  const given = Object.keys(values).filter((name) => values[name] !== undefined && values[name] !== false);
  const writing = (['suggest', 'migrate'] as const).find((one) => given.includes(one));
  if (writing !== undefined) {
    const others = given.filter((name) => ![...TAKES[writing], ...ALWAYS].includes(name));
    if (others.length > 0) throw new Error(`${listOf(others)}: not with --${writing}`);
    return writing;
  }
  for (const one of ['suggest', 'migrate'] as const) {
    const own = given.filter((name) => TAKES[one].includes(name) && !isShared(name));
    if (own.length > 0) throw new Error(`${listOf(own)}: only with --${one}`);
  }
  return undefined;
}

function isShared(name: string): boolean {
  return name === 'issuer' || REACH_INPUTS.some((one) => one === name);
}

function listOf(names: readonly string[]): string {
  return formatList(names.map((name) => `--${name}`));
}
