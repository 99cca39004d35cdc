import { placeOf } from './reach-text.js';
import type { PolicyReport } from './report.js';

/** Short names for roles, each its own: a role's, with the account where two have the same, else its place. */
export function roleNames(roles: readonly PolicyReport[]): ReadonlyMap<PolicyReport, string> {
  const short = unique(roles, shortName);
  const long = unique(roles, longName);
  return new Map(roles.map((role) => [role, short.get(role) ?? long.get(role) ?? placeOf(role)]));
}

const ROLE_ARN = /^arn:[^:]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/s;

function shortName({ role, path }: PolicyReport): string {
  return role === undefined ? path : (ROLE_ARN.exec(role)?.[2] ?? role);
}

function longName(report: PolicyReport): string {
  const account = ROLE_ARN.exec(report.role ?? '')?.[1];
  return account === undefined ? shortName(report) : `${shortName(report)} in ${account}`;
}

/** The names that only one has. */
function unique(
  roles: readonly PolicyReport[],
  nameOf: (role: PolicyReport) => string,
): ReadonlyMap<PolicyReport, string> {
  const counts = new Map<string, number>();
  for (const role of roles) counts.set(nameOf(role), (counts.get(nameOf(role)) ?? 0) + 1);
  return new Map(
    roles.flatMap((role) => (counts.get(nameOf(role)) === 1 ? [[role, nameOf(role)] as const] : [])),
  );
}
