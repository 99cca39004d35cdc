import type { PrincipalPattern } from '../language/policy.js';

/** Who asks. */
export type Principal =
  /** An identity provider on behalf of a token or an assertion, by the ARN (or name) a policy has for it. */
  | { readonly type: 'Federated'; readonly provider: string }
  | {
      readonly type: 'AWS';
      /** A user's, a role's or a session's. */
      readonly arn: string;
      /** The ARN of a session's role with its path, which the session's own ARN does not have. */
      readonly roleArn?: string | undefined;
    }
  | { readonly type: 'Service'; readonly name: string }
  | { readonly type: 'CanonicalUser'; readonly id: string };

/**
 * How a policy names a caller: exactly (`principal`), by the session itself, by the account, which leaves the
 * decision to the account's own policies, or by `everyone`.
 */
export type NamedAs = 'session' | 'principal' | 'everyone' | 'account';

const CLOSEST_FIRST: readonly NamedAs[] = ['session', 'principal', 'everyone', 'account'];

/** How a Principal element names the caller; undefined where it does not. The closest way counts. */
export function namedBy(patterns: readonly PrincipalPattern[], caller: Principal): NamedAs | undefined {
  const ways = patterns.map((pattern) => namedAs(pattern, caller));
  return CLOSEST_FIRST.find((way) => ways.includes(way));
}

/**
 * Principals are compared whole and with case; a star is only ever all of it
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
 * `"*"` and `{ "AWS": "*" }` mean the same there: everyone, also who has not signed. A principal that only a deployment
 * knows names nobody yet.
 */
function namedAs({ type, kind, text }: PrincipalPattern, caller: Principal): NamedAs | undefined {
  if (kind === 'unknown') return undefined;
  if (type === '*' || (type === 'AWS' && text === '*')) return 'everyone';
  if (type !== caller.type) return undefined;
  switch (caller.type) {
    case 'Federated':
      return text === caller.provider ? 'principal' : undefined;
    case 'Service':
      return text === caller.name ? 'principal' : undefined;
    case 'CanonicalUser':
      return text === caller.id ? 'principal' : undefined;
    case 'AWS':
      return awsNamedAs(text, caller.arn, caller.roleArn);
  }
}

const SESSION = /^arn:([^:]+):sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/;

function awsNamedAs(text: string, arn: string, roleArn: string | undefined): NamedAs | undefined {
  const session = SESSION.exec(arn);
  if (text === arn) return session === null ? 'principal' : 'session';
  const [, partition = '', , , account = ''] = arn.split(':');
  if (text === account || text === `arn:${partition}:iam::${account}:root`) return 'account';
  if (session === null) return undefined;
  if (roleArn !== undefined) return text === roleArn ? 'principal' : undefined;
  // A session's ARN has lost the role's path; names are unique in an account whatever the path.
  const role = /^arn:([^:]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(text);
  const isSame = role?.slice(1).every((part, index) => part === session[index + 1]);
  return isSame ? 'principal' : undefined;
}
