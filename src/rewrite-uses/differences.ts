import { InputParseError } from '../inputs/parsers.js';
import { RULES, type Rule } from '../inputs/rules.js';
import { unknownInputProblems, unknownInputs, unknownInputText } from '../inputs/unknown-inputs.js';
import type { Release } from './reference.js';

/** What somebody should know about a place in a file; a warning is something that may have to change. */
export interface Remark {
  readonly line: number;
  readonly level: 'warning' | 'note';
  readonly text: string;
}

export type Finding = Omit<Remark, 'line'>;

/** A step as the differences between both actions depend on it. */
export interface GivenInputs {
  readonly inputs: ReadonlyMap<string, string | undefined>;
  /** What it used until now; undefined if that is not known. */
  readonly release: Release | undefined;
}

interface Difference extends Finding {
  readonly isMet: (step: Facts) => boolean;
}

class Facts {
  readonly release: Release | undefined;
  readonly #inputs: GivenInputs['inputs'];

  constructor({ inputs, release }: GivenInputs) {
    this.#inputs = inputs;
    this.release = release;
  }

  has(...names: readonly string[]): boolean {
    // An empty input counts as not set.
    return names.every((name) => this.#inputs.has(name) && this.#inputs.get(name)?.trim() !== '');
  }

  lacks(...names: readonly string[]): boolean {
    return names.every((name) => !this.has(name));
  }

  is(name: string, value: string): boolean {
    return this.#inputs.get(name)?.trim().toLowerCase() === value;
  }

  isBefore(major: number, minor = 0): boolean {
    const { release } = this;
    return (
      release !== undefined && (release.major < major || (release.major === major && release.minor < minor))
    );
  }

  /** Whether it calls AssumeRole, which takes what a web identity cannot send. */
  get usesAssumeRole(): boolean {
    return this.has('role-to-assume') && (this.has('aws-access-key-id') || this.is('role-chaining', 'true'));
  }
}

/** What docs/migrating.md lists and a step's inputs show, and the defaults that changed before version 6. */
const DIFFERENCES: readonly Difference[] = [
  {
    level: 'warning',
    isMet: (step) =>
      step.isBefore(3) &&
      step.has('role-to-assume', 'aws-access-key-id') &&
      step.lacks('role-duration-seconds', 'aws-session-token') &&
      !step.is('role-chaining', 'true'),
    text: 'before version 3, this session lasted 6 hours; it lasts 1 hour now. Set role-duration-seconds if the job needs more.',
  },
  {
    level: 'warning',
    isMet: (step) => step.isBefore(3) && step.lacks('mask-aws-account-id'),
    text: 'before version 3, the account ID was masked in the log. Set mask-aws-account-id: true to keep that.',
  },
  {
    level: 'note',
    isMet: (step) =>
      step.isBefore(6, 2) && step.usesAssumeRole && !step.is('role-skip-session-tagging', 'true'),
    text: 'since version 6.2, the session has up to six more tags (EventName, BaseRef, HeadRef, RunId, Job, TriggeringActor). Look for policies with aws:TagKeys.',
  },
  {
    level: 'warning',
    isMet: (step) => step.has('aws-access-key-id', 'web-identity-token-file'),
    text: 'access keys and a token file are given. The keys are used here, and the token file there.',
  },
  {
    level: 'warning',
    isMet: (step) => step.has('aws-secret-access-key') && step.lacks('aws-access-key-id'),
    text: 'aws-secret-access-key without aws-access-key-id is refused here.',
  },
  {
    level: 'warning',
    isMet: (step) => step.has('web-identity-token-file') && step.lacks('role-to-assume'),
    text: 'web-identity-token-file without role-to-assume is refused here, unless ROLE_TO_ASSUME is set.',
  },
  {
    level: 'warning',
    isMet: (step) => step.has('use-existing-credentials') && !step.is('use-existing-credentials', 'false'),
    text: 'use-existing-credentials keeps existing credentials here only if they belong to the wanted role and account and are valid for ten more minutes.',
  },
  {
    level: 'warning',
    isMet: (step) => step.is('use-existing-credentials', 'false') && !step.isBefore(5),
    text: 'use-existing-credentials: false means false here; there it counts as true since version 5.',
  },
  {
    level: 'warning',
    isMet: (step) =>
      step.is('force-skip-oidc', 'true') &&
      step.has('role-to-assume') &&
      step.lacks('aws-access-key-id', 'web-identity-token-file'),
    text: "force-skip-oidc with a role alone is refused there; here the environment's credentials assume the role.",
  },
  {
    level: 'warning',
    isMet: (step) => step.is('role-session-name', 'auto'),
    text: 'role-session-name: auto is not a name here; it stands for gh-OWNER-REPO-RUN_ID-ATTEMPT.',
  },
  {
    level: 'note',
    isMet: (step) =>
      step.has('role-to-assume') &&
      !step.usesAssumeRole &&
      !['role-external-id', 'transitive-tag-keys', 'custom-tags'].every((name) => step.lacks(name)),
    text: 'role-external-id, transitive-tag-keys and custom-tags are not sent with a web identity, neither there nor here. Here the step warns; role-chain sends them.',
  },
];

/** What is different for a step that used configure-aws-credentials. */
export async function differencesFor(step: GivenInputs): Promise<readonly Finding[]> {
  const facts = new Facts(step);
  const met = DIFFERENCES.filter(({ isMet }) => isMet(facts)).map(({ level, text }) => ({ level, text }));
  return [...met, ...ignoredThere(step), ...(await refusedValues(step)), ...unknownNames(step)];
}

/** What this action's own parsers refuse of what is written out. The value is not repeated: it may be a key. */
async function refusedValues({ inputs }: GivenInputs): Promise<readonly Finding[]> {
  const rules: Readonly<Record<string, Rule<unknown>>> = RULES;
  const findings = [...inputs].map(async ([name, value]): Promise<readonly Finding[]> => {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined || !value?.trim() || value.includes('${{')) return [];
    const allowed = await refusal(rule, value.trim());
    return allowed === undefined
      ? []
      : [{ level: 'warning', text: `the value of ${name} is refused here; ${allowed}` }];
  });
  return (await Promise.all(findings)).flat();
}

async function refusal({ parse }: Rule<unknown>, value: string): Promise<string | undefined> {
  try {
    await parse(value);
    return undefined;
  } catch (error) {
    if (!(error instanceof InputParseError)) throw error;
    return error.problems.length > 0 ? error.problems.join('; ') : `allowed: ${error.allowed}.`;
  }
}

/** Inputs that have had no effect so far. */
function ignoredThere(step: GivenInputs): readonly Finding[] {
  return oursAlone(step).map((name) => ({
    level: 'warning',
    text: `configure-aws-credentials ignores ${name}; here it takes effect.`,
  }));
}

/** Misspelt names, as a run of this action sees them. */
function unknownNames({ inputs }: GivenInputs): readonly Finding[] {
  const env = Object.fromEntries(
    [...inputs].map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value ?? 'a list']),
  );
  const refused = unknownInputProblems(env);
  const others = unknownInputs(env)
    .filter(({ given }) => !refused.some((text) => text.startsWith(`${given}:`)))
    .map((unknown): Finding => ({ level: 'note', text: unknownInputText(unknown) }));
  return [...refused.map((text): Finding => ({ level: 'warning', text })), ...others];
}

/** The inputs of configure-aws-credentials 6.3.0. */
const THEIRS: ReadonlySet<string> = new Set([
  'action-timeout-s',
  'allowed-account-ids',
  'audience',
  'aws-access-key-id',
  'aws-profile',
  'aws-region',
  'aws-secret-access-key',
  'aws-session-token',
  'custom-tags',
  'disable-retry',
  'force-skip-oidc',
  'http-proxy',
  'inline-session-policy',
  'managed-session-policies',
  'mask-aws-account-id',
  'no-proxy',
  'output-credentials',
  'output-env-credentials',
  'overwrite-aws-profile',
  'retry-max-attempts',
  'role-chaining',
  'role-duration-seconds',
  'role-external-id',
  'role-session-name',
  'role-skip-session-tagging',
  'role-to-assume',
  'special-characters-workaround',
  'sts-endpoint',
  'transitive-tag-keys',
  'translate-env-variables',
  'unset-current-credentials',
  'use-existing-credentials',
  'web-identity-token-file',
]);

/** What a step loses that goes back to configure-aws-credentials. */
export function differencesBack(step: GivenInputs): readonly Finding[] {
  return oursAlone(step).map((name) => ({
    level: 'warning',
    text: `configure-aws-credentials has no input ${name}.`,
  }));
}

/** The step's inputs that this action has and the other has not. */
function oursAlone({ inputs }: GivenInputs): readonly string[] {
  return [...inputs.keys()].filter((name) => Object.hasOwn(RULES, name) && !THEIRS.has(name));
}
