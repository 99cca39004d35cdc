import type { Bench } from './bench.js';

/** The account of the labs. */
export const ACCOUNT = '111122223333';

/** The ARN of a role of the labs' account. */
export function roleArn(name: string, account = ACCOUNT): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

/** Makes a user with an access key, which becomes a profile of the user's name. */
export async function makeUser(bench: Bench, name: string, admin = 'admin'): Promise<void> {
  await bench.aws(admin, `iam create-user --user-name ${name}`);
  const profile = [name, 'AccessKey'] as const;
  await bench.aws(admin, `iam create-access-key --user-name ${name}`, { profile });
}

/** Makes an OIDC provider. AWS does not look at the thumbprint of these issuers, but the AWS CLI 1 demands one. */
export async function makeProvider(bench: Bench, issuer: string, thumbprint: string): Promise<void> {
  const provider = `--url https://${issuer} --client-id-list sts.amazonaws.com --thumbprint-list ${thumbprint}`;
  await bench.aws('admin', `iam create-open-id-connect-provider ${provider}`);
}

/** Makes a role of the two files. */
export async function makeRole(
  bench: Bench,
  name: string,
  trustFile: string,
  permissionsFile?: string,
  admin = 'admin',
): Promise<void> {
  const create = `iam create-role --role-name ${name} --assume-role-policy-document file://${trustFile}`;
  await bench.aws(admin, create);
  if (permissionsFile === undefined) return;
  const put = `iam put-role-policy --role-name ${name} --policy-name ${name} --policy-document file://${permissionsFile}`;
  await bench.aws(admin, put);
}

/** Deletes a user that makeUser made. */
export async function removeUser(bench: Bench, name: string, key: string, admin = 'admin'): Promise<void> {
  await bench.aws(admin, `iam delete-access-key --user-name ${name} --access-key-id $${key}`);
  await bench.aws(admin, `iam delete-user --user-name ${name}`);
}

/** Deletes a role and its inline policies. */
export async function removeRole(
  bench: Bench,
  name: string,
  policies: readonly string[] = [name],
  admin = 'admin',
): Promise<void> {
  for (const policy of policies) {
    await bench.aws(admin, `iam delete-role-policy --role-name ${name} --policy-name ${policy}`);
  }
  await bench.aws(admin, `iam delete-role --role-name ${name}`);
}
