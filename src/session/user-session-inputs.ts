import { planSessionTags, type TagInputs } from '../chain/tag-plan.js';
import { formatList } from '../core/text.js';
import type { Selection } from '../identity/select.js';
import { SOURCES } from '../identity/sources.js';
import type { Tag } from '../inputs/custom-tags.js';
import type { InputName, ParsedInputs } from '../inputs/inputs.js';
import { MAX_USER_SECONDS } from '../inputs/sts-parameters.js';
import { wantsUserSession } from '../inputs/user-session.js';
import type { Environment } from '../platform/runner.js';

/** The tags of a federated user's session, and what is wrong with them. */
export function planFederationTags(
  inputs: TagInputs,
  env: Environment,
): { readonly tags: readonly Tag[]; readonly problems: readonly string[] } {
  const { hops, problems } = planSessionTags(inputs, env, [{ role: '' }], 0, new Map());
  return { tags: hops.flatMap(({ tags }) => tags), problems };
}

/** What does not go with a session of the user's own: one line each, fit for an INPUT_INVALID error. */
export function incompatibleUserSessionInputs(
  selection: Selection,
  inputs: ParsedInputs,
  env: Environment,
): readonly string[] {
  const isFederated = inputs['federated-user-name'] !== undefined;
  if (isFederated && inputs['get-session-token']) {
    return [
      'federated-user-name: cannot be combined with get-session-token: a session is either that of a federated user or that of the user.',
    ];
  }
  if (!wantsUserSession(inputs)) return incompatibleWithMfa(inputs);
  const name = isFederated ? 'federated-user-name' : 'get-session-token';
  const why = [
    ...whyNotTheseKeys(selection, inputs),
    ...(isFederated ? incompatibleWithFederation(inputs) : incompatibleWithSessionToken(inputs)),
    ...(inputs['use-existing-credentials']
      ? ['cannot be combined with use-existing-credentials, which could keep other credentials instead.']
      : []),
  ];
  return [
    ...why.map((one) => `${name}: ${one}`),
    ...incompatibleRefresh(name, inputs),
    ...(isFederated ? planFederationTags(inputs, env).problems : []),
  ];
}

/** MFA without a role is GetSessionToken, too; select.ts and refresh/ know of MFA itself. */
function incompatibleWithMfa(inputs: ParsedInputs): readonly string[] {
  return [...whyNotTemporaryKeys(inputs), ...incompatibleWithSessionToken(inputs)].map(
    (why) => `mfa-serial-number: without role-to-assume, ${why}`,
  );
}

/** STS gives these sessions for the long-lived keys of a user, and of a role there is nothing to be had with them. */
function whyNotTheseKeys({ source, reason }: Selection, inputs: ParsedInputs): readonly string[] {
  const roles = given(inputs, ['role-to-assume', 'role-chain']);
  if (roles.length > 0) {
    return [
      inputs['federated-user-name'] === undefined
        ? `cannot be combined with ${formatList(roles)}: AssumeRole takes the access keys themselves, which are not exported then.`
        : `cannot be combined with ${formatList(roles)}: a federated user cannot assume a role.`,
    ];
  }
  if (!SOURCES[source].isUser) {
    const hint =
      inputs['aws-access-key-id'] === undefined ? ' Is the secret set, and may this job see it?' : '';
    return [
      `requires a user's access keys (aws-access-key-id and aws-secret-access-key), but the identity source is ${source} (${reason}).${hint}`,
    ];
  }
  return whyNotTemporaryKeys(inputs);
}

function whyNotTemporaryKeys(inputs: ParsedInputs): readonly string[] {
  return inputs['aws-session-token'] === undefined
    ? []
    : [
        'requires long-lived access keys. With aws-session-token they are a session already, and STS makes no other of it.',
      ];
}

function incompatibleWithFederation(inputs: ParsedInputs): readonly string[] {
  const policies = given(inputs, SESSION_POLICIES);
  return [
    ...(policies.length > 0
      ? []
      : [
          `requires ${formatList(SESSION_POLICIES, 'or')}: without a session policy the session may do nothing.`,
        ]),
    ...(inputs['mfa-serial-number'] === undefined
      ? []
      : ['cannot be combined with MFA: GetFederationToken takes no code.']),
  ];
}

/** A policy that nobody applies must not look like a limit. */
function incompatibleWithSessionToken(inputs: ParsedInputs): readonly string[] {
  const policies = given(inputs, SESSION_POLICIES);
  const remedy = inputs['mfa-serial-number'] === undefined ? 'federated-user-name does' : 'Use a role';
  return policies.length === 0
    ? []
    : [
        `cannot be combined with ${formatList(policies)}: GetSessionToken takes no session policy. ${remedy}.`,
      ];
}

const SESSION_POLICIES: readonly InputName[] = ['inline-session-policy', 'managed-session-policies'];

/** In place of what refresh/incompatible-inputs.ts would say of keys, a missing role and MFA. */
function incompatibleRefresh(name: InputName, inputs: ParsedInputs): readonly string[] {
  if (!inputs['refresh-credentials']) return [];
  const code = inputs['mfa-serial-number'] === undefined ? '' : ', and an MFA code works only once';
  return [
    `refresh-credentials: cannot be combined with ${name}, because a renewal would require storing the access keys${code}. Ask for a longer session instead: role-duration-seconds, up to ${MAX_USER_SECONDS}.`,
  ];
}

const given = (inputs: ParsedInputs, names: readonly InputName[]): readonly InputName[] =>
  names.filter((name) => inputs[name] !== undefined);
