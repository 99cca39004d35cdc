/** An ARN of IAM or STS, taken apart (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html). */
export interface Arn {
  readonly partition: string;
  readonly accountId: string;
  /** Such as `role/ci/deploy` or `assumed-role/deploy/session`. */
  readonly resource: string;
}

const ARN = /^arn:(aws[a-z-]*):(?:iam|sts)::(\d{12}):(.+)$/;
const ROLE_PATH_AND_NAME = /^(?:[\x21-\x7e]{1,510}\/)?[\w+=,.@-]{1,64}$/;

export function parseArn(text: string): Arn | undefined {
  const [, partition, accountId, resource] = ARN.exec(text) ?? [];
  return partition && accountId && resource ? { partition, accountId, resource } : undefined;
}

/** An IAM role's ARN in any partition: `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`. */
export function isRoleArn(text: string): boolean {
  const arn = parseArn(text);
  return (
    arn !== undefined &&
    text.includes(':iam::') &&
    arn.resource.startsWith('role/') &&
    isRolePath(arn.resource.slice(5))
  );
}

/** A role's name, or its path and name without the leading slash. */
export function isRolePath(text: string): boolean {
  return ROLE_PATH_AND_NAME.test(text) && !text.startsWith('/');
}

/** The ARN of a role named without one: it is in the account, and the partition, of whoever assumes it. */
export function roleArn(roleOrArn: string, caller: Arn): string {
  return isRoleArn(roleOrArn)
    ? roleOrArn
    : `arn:${caller.partition}:iam::${caller.accountId}:role/${roleOrArn}`;
}

/** Whether a session's ARN is one of this role's: same account, same name. A session's ARN lacks the role's path. */
export function isSessionOf(sessionArn: string, roleOrArn: string): boolean {
  const session = parseArn(sessionArn);
  const role = parseArn(roleOrArn);
  const [kind, name] = session?.resource.split('/') ?? [];
  const wantedName = roleOrArn.split('/').at(-1);
  return (
    kind === 'assumed-role' &&
    name === wantedName &&
    (role === undefined || (role.accountId === session?.accountId && role.partition === session.partition))
  );
}
