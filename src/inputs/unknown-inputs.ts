import { nearest } from '../core/nearest.js';
import { oneLine } from '../core/text.js';
import type { Environment } from '../platform/runner.js';
import { type InputName, RULES } from './rules.js';

/** An input that is given, but that this action does not have, and the one that was probably meant. */
export interface UnknownInput {
  readonly given: string;
  readonly meant: InputName;
  /** The same name but for a letter or an underscore, not just a like one. */
  readonly isSlip: boolean;
}

const isInputName = (name: string): name is InputName => Object.hasOwn(RULES, name);
const NAMES = Object.keys(RULES).filter(isInputName);

/** What people call an input who have not looked it up; the whole name, since it shares too little with the real one. */
const OTHER_NAMES: ReadonlyMap<string, InputName> = new Map<string, InputName>([
  ['role-arn', 'role-to-assume'],
  ['aws-role', 'role-to-assume'],
  ['aws-role-arn', 'role-to-assume'],
  ['iam-role', 'role-to-assume'],
  ['assume-role', 'role-to-assume'],
  ['assume-role-arn', 'role-to-assume'],
  ['access-key', 'aws-access-key-id'],
  ['secret-key', 'aws-secret-access-key'],
  ['aws-access-key', 'aws-access-key-id'],
  ['aws-secret-key', 'aws-secret-access-key'],
  ['role-duration', 'role-duration-seconds'],
  ['session-duration', 'role-duration-seconds'],
  ['session-tags', 'custom-tags'],
  ['tags', 'custom-tags'],
  ['session-policy', 'inline-session-policy'],
  ['policy-arns', 'managed-session-policies'],
  ['account-id', 'allowed-account-ids'],
]);

/** What narrows the credentials. Without it the job would silently get more than its author meant. */
const NARROWING: ReadonlySet<InputName> = new Set<InputName>([
  'allowed-account-ids',
  'allowed-role-arns',
  'allowed-repositories',
  'allowed-refs',
  'allowed-environments',
  'inline-session-policy',
  'managed-session-policies',
]);

/**
 * The given inputs that are near one of this action's. The runner itself warns of every unexpected input, without saying
 * which was meant.
 */
export function unknownInputs(env: Environment): readonly UnknownInput[] {
  return Object.entries(env).flatMap(([variable, value]) => {
    if (!variable.startsWith('INPUT_') || !value?.trim()) return [];
    const given = variable.slice('INPUT_'.length).toLowerCase();
    const meant = isInputName(given) ? undefined : meantBy(given);
    return meant === undefined ? [] : [{ given, ...meant }];
  });
}

/** For the log. */
export function unknownInputText({ given, meant }: UnknownInput): string {
  return `There is no input ${oneLine(given, 80)}, so its value has no effect. Did you mean ${meant}?`;
}

/** A guard must not vanish through a typing error. */
export function unknownInputProblems(env: Environment): readonly string[] {
  return unknownInputs(env)
    .filter(
      ({ meant, isSlip }) => isSlip && NARROWING.has(meant) && !env[`INPUT_${meant.toUpperCase()}`]?.trim(),
    )
    .map(
      ({ given, meant }) =>
        `${oneLine(given, 80)}: there is no such input; did you mean ${meant}? Because it narrows the credentials, the step stops instead of ignoring it.`,
    );
}

function meantBy(given: string): Pick<UnknownInput, 'meant' | 'isSlip'> | undefined {
  if (given.length > 64) return undefined;
  const plain = given.replace(/[_\s]+/g, '-');
  const close = nearest(plain, NAMES, Math.max(1, Math.floor(plain.length / 5)));
  if (close !== undefined && isInputName(close)) return { meant: close, isSlip: true };
  // region, profile, external-id; aws-role-to-assume
  const alike = [`aws-${plain}`, `role-${plain}`, plain.replace(/^(aws|role)-/, '')].find(isInputName);
  const meant = OTHER_NAMES.get(plain) ?? alike;
  return meant && { meant, isSlip: false };
}
