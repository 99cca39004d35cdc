import type { ServiceAccount } from '../../sandbox/cloud.js';
import { answerOf, type Bench } from '../engine/bench.js';
import { CLUSTER_ISSUER, CLUSTER_THUMBPRINT, type Lab } from '../engine/lab.js';
import { allow, policy, trust, trustTokens } from '../engine/policies.js';
import { ACCOUNT, makeProvider, makeRole, removeRole, roleArn } from '../engine/setting.js';

const TOKEN_FILE = '/var/run/secrets/eks.amazonaws.com/serviceaccount/token';
const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/${CLUSTER_ISSUER}`;
/** What EKS puts into the pods of a service account that has a role. */
const POD = {
  environment: { AWS_ROLE_ARN: roleArn('lab-pod'), AWS_WEB_IDENTITY_TOKEN_FILE: TOKEN_FILE },
};

export const lab: Lab = {
  number: '05',
  name: 'pod-role',
  title: "A pod with a role of its own, not the node's",
  needsEndpointVariable: true,
  async run(bench) {
    bench.step('The node, and what every pod on it has without a role of its own');
    bench.file('node-trust.json', trust(`arn:aws:iam::${ACCOUNT}:user/admin`));
    await makeRole(bench, 'lab-node', 'node-trust.json');
    await bench.aws('admin', `sts assume-role --role-arn ${roleArn('lab-node')} --role-session-name i-0123`, {
      profile: ['default', 'Credentials'],
    });
    bench.note('The default profile stands for what the instance metadata service gives on a node.');
    const node = answerOf(await bench.aws(undefined, 'sts get-caller-identity'));
    bench.claim('A pod without a role of its own is the node', String(node.Arn).includes('/lab-node/'));
    await bench.refused(undefined, 's3 ls', 'AccessDenied', 'which may do nothing here');

    bench.step("The cluster's issuer as a provider, and a role for one service account");
    await makeProvider(bench, CLUSTER_ISSUER, CLUSTER_THUMBPRINT);
    bench.file(
      'trust.json',
      trustTokens(CLUSTER_ISSUER, {
        StringEquals: {
          [`${CLUSTER_ISSUER}:aud`]: 'sts.amazonaws.com',
          [`${CLUSTER_ISSUER}:sub`]: 'system:serviceaccount:ci:deployer',
        },
      }),
    );
    bench.file('listing.json', policy(allow('s3:ListAllMyBuckets', '*')));
    await makeRole(bench, 'lab-pod', 'trust.json', 'listing.json');
    bench.settle();

    bench.step('A pod of the service account ci:deployer');
    bench.elsewhere('# In a pod; EKS sets both variables and keeps the token fresh:');
    await mountToken(bench, { namespace: 'ci', name: 'deployer' });
    const pod = answerOf(await bench.aws(undefined, 'sts get-caller-identity', POD));
    bench.claim("The same tools, with the token: the pod's role", String(pod.Arn).includes('/lab-pod/'));
    await bench.aws(undefined, 's3 ls', POD);
    bench.claim('which may list buckets', true);

    bench.step('Other pods');
    await mountToken(bench, { namespace: 'ci', name: 'default' });
    const other = 'Another service account of the namespace is refused';
    await bench.refused(undefined, 's3 ls', 'AccessDenied', other, POD);
    await mountToken(bench, { namespace: 'dev', name: 'deployer' });
    const elsewhere = 'The same name in another namespace, too';
    await bench.refused(undefined, 's3 ls', 'AccessDenied', elsewhere, POD);
    await mountToken(bench, {
      namespace: 'ci',
      name: 'deployer',
      audience: 'https://kubernetes.default.svc',
    });
    const audience = "and a token that was made for the cluster's own API";
    await bench.refused(undefined, 's3 ls', 'InvalidIdentityToken', audience, POD);

    bench.step('Clean up');
    await removeRole(bench, 'lab-pod', ['lab-pod']);
    await removeRole(bench, 'lab-node', []);
    await bench.aws(
      'admin',
      `iam delete-open-id-connect-provider --open-id-connect-provider-arn ${PROVIDER}`,
    );
  },
};

async function mountToken(bench: Bench, account: ServiceAccount): Promise<void> {
  const { namespace, name, audience = 'sts.amazonaws.com' } = account;
  bench.alias(TOKEN_FILE, bench.write('token', await bench.cloud.serviceAccountToken(account)));
  bench.note(`${TOKEN_FILE} is of system:serviceaccount:${namespace}:${name}, for ${audience}`);
}
