import type { InputName } from '../inputs/inputs.js';

/**
 * What becomes of an input beside `role`:
 * - `caller`: an entry cannot have it; the step alone sets it.
 * - `entry`: the entry alone sets it.
 * - `fixed`: the entry's value counts; the step may repeat it, or set what the entry leaves open.
 * - `at-most`: the step may set a smaller number than the entry.
 * - `narrower`: the step may set a list of which every item is within some item of the entry's.
 * - `session-policy`: the step may limit a session that the entry does not limit. STS allows what any of several session
 *   policies allows, so that another one beside the entry's would widen it.
 * - `refused`: it does not go with `role`.
 */
export type Combination =
  | 'caller'
  | 'entry'
  | 'fixed'
  | 'at-most'
  | 'narrower'
  | 'session-policy'
  | 'refused';

/** Every input, so that the compiler asks about each new one. */
export const BESIDE_ROLE = {
  'aws-region': 'fixed',
  'role-to-assume': 'fixed',
  'role-duration-seconds': 'at-most',
  'role-session-name': 'fixed',
  'role-external-id': 'fixed',
  'source-identity': 'fixed',
  'inline-session-policy': 'session-policy',
  'managed-session-policies': 'session-policy',
  role: 'caller',
  'roles-file': 'caller',
  'roles-sha256': 'caller',
  'identity-source': 'fixed',
  audience: 'fixed',
  'web-identity-token-file': 'caller',
  'aws-access-key-id': 'caller',
  'aws-secret-access-key': 'caller',
  'aws-session-token': 'caller',
  'mfa-serial-number': 'caller',
  'mfa-token-code': 'caller',
  // Sessions of a user instead of the entry's role.
  'get-session-token': 'refused',
  'federated-user-name': 'refused',
  'role-chaining': 'caller',
  'cognito-identity-pool-id': 'fixed',
  'saml-assertion': 'caller',
  'saml-provider-arn': 'fixed',
  'force-skip-oidc': 'caller',
  // A further role, or a session without the entry's tags, would be another session than the one that is named. Tags may
  // open what a role cannot reach without them, so that none come to those of an entry.
  'role-chain': 'entry',
  'custom-tags': 'fixed',
  'transitive-tag-keys': 'entry',
  'role-skip-session-tagging': 'entry',
  'allowed-account-ids': 'narrower',
  'allowed-role-arns': 'narrower',
  'allowed-repositories': 'narrower',
  'allowed-refs': 'narrower',
  'allowed-environments': 'narrower',
  'verify-credentials': 'fixed',
  'output-env-credentials': 'caller',
  'output-credentials': 'caller',
  'aws-profile': 'caller',
  'overwrite-aws-profile': 'caller',
  'refresh-credentials': 'caller',
  'credential-endpoint': 'caller',
  // The tools assume the role themselves then, for as long and with whatever policy they like.
  'export-token-file': 'refused',
  'unset-current-credentials': 'caller',
  // What is there may have been obtained without the entry's session policy, tags or duration.
  'use-existing-credentials': 'refused',
  run: 'caller',
  shell: 'caller',
  'mask-aws-account-id': 'caller',
  'sts-endpoint': 'caller',
  'sts-region': 'caller',
  'use-fips-endpoint': 'caller',
  'use-dualstack-endpoint': 'caller',
  'http-proxy': 'caller',
  'no-proxy': 'caller',
  'trust-policy': 'caller',
  'caller-policy': 'caller',
  summary: 'caller',
  'audit-file': 'caller',
  'retry-max-attempts': 'caller',
  'disable-retry': 'caller',
  'role-propagation-timeout-s': 'caller',
  'action-timeout-s': 'caller',
  'special-characters-workaround': 'caller',
  'translate-env-variables': 'caller',
} as const satisfies Readonly<Record<InputName, Combination>>;

/** The inputs that an entry may have, in the order of the documentation. */
export const ENTRY_INPUTS: readonly InputName[] = Object.entries(BESIDE_ROLE).flatMap(
  ([name, combination]) =>
    isInputName(name) && combination !== 'caller' && combination !== 'refused' ? [name] : [],
);

function isInputName(name: string): name is InputName {
  return Object.hasOwn(BESIDE_ROLE, name);
}
