import { startMoto } from '../moto.js';
import type { Tool } from '../tools.js';
import { ACCOUNT, type Case, HOST } from './cases.js';
import { MotoAccount, motoPolicy } from './moto-account.js';
import { readTemplate } from './template.js';

/** The policies of a deployed template as read back, by the outputs' names of its Terraform module. */
export type DeployedPolicies = Readonly<Record<string, object>>;

/** Deploys the cases in an empty account of moto's, one after the other, and reads their policies back. */
export async function deployCases(
  root: string,
  tools: { readonly aws: Tool; readonly cloudFormation: Tool },
  cases: readonly Case[],
): Promise<ReadonlyMap<Case, DeployedPolicies>> {
  const moto = await startMoto(tools.cloudFormation);
  try {
    const account = new MotoAccount(tools.aws, moto.url);
    prepare(account);
    return new Map(cases.map((one, index) => [one, deployCase(root, account, one, `stack-${index}`)]));
  } finally {
    moto.close();
  }
}

/** What the templates refer to. moto's CloudFormation makes no OIDC provider, so IAM's API does. */
function prepare(account: MotoAccount): void {
  const provider = ['--url', `https://${HOST}`, '--client-id-list', 'sts.amazonaws.com'];
  // AWS needs no thumbprint for GitHub, but older versions of the AWS CLI do, such as Debian's.
  provider.push('--thumbprint-list', '0'.repeat(40));
  account.run('iam', 'create-open-id-connect-provider', ...provider);
  account.run('iam', 'create-role', '--role-name', 'github-deploy', '--assume-role-policy-document', '{}');
  account.run('logs', 'create-log-group', '--log-group-name', 'cloudtrail');
}

function deployCase(root: string, account: MotoAccount, one: Case, stack: string): DeployedPolicies {
  const template = readTemplate(root, one.template);
  const own = one.template === 'sts-endpoint' ? network(account) : {};
  // The role that caller-policy is attached to has this name already.
  const name = one.parameters['RoleName'] ?? template.parameters.get('RoleName')?.default;
  if (name === 'github-deploy') account.run('iam', 'delete-role', '--role-name', name);
  account.deploy(stack, template, { ...one.parameters, ...own });
  return readBack(account, one, (parameter) => {
    const value = one.parameters[parameter] ?? template.parameters.get(parameter)?.default;
    if (typeof value !== 'string') throw new Error(`${one.template} has no text for ${parameter}`);
    return value;
  });
}

/** moto knows only what is in its own network. */
function network(account: MotoAccount): Readonly<Record<string, string>> {
  const first = (command: string, query: string): string =>
    account.run('ec2', command, '--query', query, '--output', 'text').trim();
  return {
    VpcId: first('describe-vpcs', 'Vpcs[0].VpcId'),
    SubnetIds: first('describe-subnets', 'Subnets[0].SubnetId'),
    SecurityGroupIds: first('describe-security-groups', 'SecurityGroups[0].GroupId'),
  };
}

function readBack(
  account: MotoAccount,
  { template }: Case,
  text: (parameter: string) => string,
): DeployedPolicies {
  const managed = (): object => {
    const arn = `arn:aws:iam::${ACCOUNT}:policy/${text('PolicyName')}`;
    const options = ['--policy-arn', arn, '--version-id', 'v1', '--query', 'PolicyVersion.Document'];
    return motoPolicy(account.ask('iam', 'get-policy-version', ...options));
  };
  switch (template) {
    case 'caller-policy':
      return { caller_policy: managed() };
    case 'permissions-boundary':
      return { boundary_policy: managed() };
    case 'sts-endpoint': {
      const query = ['--query', 'VpcEndpoints[0].PolicyDocument'];
      return { endpoint_policy: motoPolicy(account.ask('ec2', 'describe-vpc-endpoints', ...query)) };
    }
    case 'alarms':
      // moto makes no metric filters: __tests__/infrastructure/ holds their patterns against events.
      return {};
    default: {
      const role = ['--role-name', text('RoleName')];
      const trust = account.ask('iam', 'get-role', ...role, '--query', 'Role.AssumeRolePolicyDocument');
      if (template !== 'abac-role') return { trust_policy: motoPolicy(trust) };
      const inline = [...role, '--policy-name', 'own-resources', '--query', 'PolicyDocument'];
      const permissions = motoPolicy(account.ask('iam', 'get-role-policy', ...inline));
      return { trust_policy: motoPolicy(trust), permissions_policy: permissions };
    }
  }
}
