import { checkTrust } from '../../src/check-trust/check.js';

const KEY = 'token.actions.githubusercontent.com';

/** Roles of one account, each for a repository of its own, of a few shapes; every fifth has a branch pattern of its own. */
export function fleetOf(count: number): string {
  const roles = Array.from({ length: count }, (_, index) => {
    const start = `repo:octo-org/service-${index}`;
    const subjects = [
      `${start}:ref:refs/heads/main`,
      `${start}:*`,
      `${start}:environment:production-${index % 50}`,
      `${start}:ref:refs/heads/release-${index}/*`,
      `${start}*:ref:refs/heads/main`,
    ];
    const statement = {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${KEY}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: { [`${KEY}:aud`]: 'sts.amazonaws.com' },
        StringLike: { [`${KEY}:sub`]: subjects[index % subjects.length] },
      },
    };
    const Arn = `arn:aws:iam::111122223333:role/service-${index}`;
    return {
      Arn,
      RoleName: `service-${index}`,
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [statement] },
    };
  });
  return JSON.stringify({ RoleDetailList: roles });
}

/** Times the rules and all questions for an account of many roles, by the processor's time. */
export async function measureFleet(count: number): Promise<void> {
  const text = fleetOf(count);
  const before = process.cpuUsage();
  const home = {
    repository: 'octo-org/octo-repo',
    ownerId: '1',
    repositoryId: '2',
    environments: ['production'],
  };
  const questions = { home, never: [], now: () => performance.now() };
  const { policies } = await checkTrust([{ path: 'roles.json', text }], [], questions);
  const { user, system } = process.cpuUsage(before);
  const answers = policies.reduce((sum, { reach }) => sum + reach.length, 0);
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(
    `${policies.length} roles, ${answers} questions and all rules: ${((user + system) / 1e6).toFixed(1)} s of processor time, ${megabytes.toFixed(0)} MB at most`,
  );
}
