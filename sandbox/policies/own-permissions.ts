import { isObject, type JsonObject } from '../core/json.js';

/** The statements of the policies that a role has, by its ARN; undefined where not all of them are known. */
export type OwnPermissions = (roleArn: string) => readonly object[] | undefined;

/** The one policy of AWS's own whose content everybody knows. */
const ADMINISTRATOR = /^arn:[^:]+:iam::aws:policy\/AdministratorAccess$/;
const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' };

/**
 * The permissions in an answer of `get-account-authorization-details`, the only format that has all of them: the
 * others leave policies to resources of their own, or to AWS.
 */
export function ownPermissions(text: string): OwnPermissions {
  const details = readDetails(text);
  if (details === undefined) return () => undefined;
  const managed = new Map(listOf(details.Policies).map((one) => [one.Arn, defaultDocument(one)]));
  const roles = new Map(listOf(details.RoleDetailList).map((one) => [one.Arn, one]));
  return (roleArn) => {
    const role = roles.get(roleArn);
    if (role === undefined) return undefined;
    const inline = listOf(role.RolePolicyList).map(({ PolicyDocument }) => statementsOf(PolicyDocument));
    const attached = listOf(role.AttachedManagedPolicies).map(({ PolicyArn }) =>
      ADMINISTRATOR.test(String(PolicyArn)) ? [EVERYTHING] : statementsOf(managed.get(PolicyArn)),
    );
    const all = [...inline, ...attached];
    return all.every((one) => one !== undefined) ? all.flat() : undefined;
  };
}

function readDetails(text: string): JsonObject | undefined {
  if (!text.includes('RoleDetailList')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined; // Several answers in a file, which check-trust reads as well.
  }
}

function defaultDocument({ PolicyVersionList }: JsonObject): unknown {
  return listOf(PolicyVersionList).find(({ IsDefaultVersion }) => IsDefaultVersion === true)?.Document;
}

/** The API gives documents percent-encoded, the AWS CLI as JSON. */
function statementsOf(document: unknown): readonly JsonObject[] | undefined {
  const tree = typeof document === 'string' ? decoded(document) : document;
  if (!isObject(tree)) return undefined;
  const { Statement } = tree;
  const statements: readonly unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  return statements.every(isObject) ? statements : undefined;
}

function decoded(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text.trimStart().startsWith('{') ? text : decodeURIComponent(text));
    return parsed;
  } catch {
    return undefined;
  }
}

function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
