/** An ARN of IAM or STS, taken apart (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html). */
export interface Arn {
  readonly partition: string;
  /** 12 digits with AWS; other servers have names here, or nothing. */
  readonly accountId: string;
  /** Such as `role/ci/deploy` or `assumed-role/deploy/session`. */
  readonly resource: string;
}

const ARN = /^arn:([a-z][a-z0-9-]{0,62}):(?:iam|sts)::([\w.$-]{0,128}):(.+)$/;
const ROLE_PATH_AND_NAME = /^(?:[\x21-\x7e]{1,510}\/)?[\w+=,.@-]{1,64}$/;

export function parseArn(text: string): Arn | undefined {
  const [, partition, accountId, resource] = ARN.exec(text) ?? [];
  if (partition === undefined || accountId === undefined || resource === undefined) return undefined;
  return { partition, accountId, resource };
}

/**
 * A role's ARN, of AWS or of another server that speaks STS's language: Ceph's have a tenant's name or nothing for an
 * account, MinIO's a partition of their own.
 */
export function isRoleArn(text: string): boolean {
  const arn = parseArn(text);
  return (
    arn !== undefined &&
    text.includes(':iam::') &&
    arn.resource.startsWith('role/') &&
    isRolePath(arn.resource.slice(5))
  );
}

/** Whether an ARN can be one of AWS's: a partition of its own, and an account of 12 digits. */
export function isOfAws(arn: string): boolean {
  const { partition = '', accountId = '' } = parseArn(arn) ?? {};
  return /^aws[a-z-]*$/.test(partition) && /^\d{12}$/.test(accountId);
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
  const isOfAccount =
    role === undefined ||
    // A role whose ARN names no account may be of any that its server knows.
    ((role.accountId === '' || role.accountId === session?.accountId) &&
      role.partition === session?.partition);
  return kind === 'assumed-role' && name === wantedName && isOfAccount;
}
