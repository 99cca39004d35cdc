import { readFileSync } from 'node:fs';
import { parsePolicy } from '../../sandbox/aws/sts/policy.js';
import { authorize } from '../../src/trust/authorize/authorize.js';
import type { Policies } from '../../src/trust/authorize/policies.js';
import { refusalWords } from '../../src/trust/authorize/words.js';
import { Context } from '../../src/trust/evaluate/context.js';
import { sharedCloud } from '../support/cloud.js';
import { runAction } from '../support/run-action.js';
import { keysOf, LEGACY_DEPLOYER, signed } from '../support/sts-client.js';

/*
 * docs/troubleshooting.md, "Symptoms": what the step prints for each is made anew here.
 */

const page = readFileSync('docs/troubleshooting.md', 'utf8');

const HUB_ACCOUNT = '222233334444';
const SPOKE_ACCOUNT = '444455556666';
const ORGANIZATION = { id: 'o-a1b2c3d4e5' };
const role = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;
const document = (...statements: readonly object[]) => ({ Version: '2012-10-17', Statement: statements });
const allow = (Principal: object, Action = 'sts:AssumeRole') => ({ Effect: 'Allow', Principal, Action });
const may = (Action: string | readonly string[], Resource = '*') => ({ Effect: 'Allow', Action, Resource });

const ALICE = `arn:aws:iam::${HUB_ACCOUNT}:user/alice`;
const ONLY_PEOPLE = document(allow({ AWS: ALICE }));

const sandbox = sharedCloud({
  accounts: {
    accounts: {
      [HUB_ACCOUNT]: {
        organization: ORGANIZATION,
        providers: [{ url: 'https://ISSUER', clientIds: ['sts.amazonaws.com'] }],
        users: {
          alice: { accessKeys: { [LEGACY_DEPLOYER.accessKeyId]: LEGACY_DEPLOYER.secretAccessKey } },
        },
        roles: {
          hub: {
            trust: document(
              allow(
                { Federated: `arn:aws:iam::${HUB_ACCOUNT}:oidc-provider/ISSUER` },
                'sts:AssumeRoleWithWebIdentity',
              ),
            ),
            permissions: [may('sts:AssumeRole')],
          },
          deploy: { trust: ONLY_PEOPLE },
          'eks-node': { trust: ONLY_PEOPLE },
          'pod-deploy': { trust: document(allow({ AWS: role(HUB_ACCOUNT, 'pod') })) },
        },
      },
      [SPOKE_ACCOUNT]: {
        organization: ORGANIZATION,
        roles: {
          middle: {
            trust: document(allow({ AWS: role(HUB_ACCOUNT, 'hub') })),
            permissions: [may('sts:AssumeRole')],
          },
          last: { trust: document(allow({ AWS: role(SPOKE_ACCOUNT, 'middle') })) },
        },
      },
    },
  },
});

/** What the step prints of its error; the facts as far as they are asked for. */
async function printed(
  inputs: Readonly<Record<string, string>>,
  {
    env = {},
    facts = [],
  }: { readonly env?: Record<string, string>; readonly facts?: readonly string[] } = {},
): Promise<string> {
  const { cloud } = sandbox;
  const given = { 'role-skip-session-tagging': 'true', ...inputs };
  const outcome = await runAction(given, { cloud, env });
  const error = outcome.commands().find(({ command }) => command === 'error')?.data ?? '';
  const names = outcome.error === undefined ? [] : [...outcome.error.facts.keys()];
  return error
    .split('\n')
    .filter((line) => !names.some((name) => line.startsWith(`${name}: `) && !facts.includes(name)))
    .join('\n')
    .replaceAll(new URL(cloud.issuer).host, 'token.actions.githubusercontent.com');
}

/** The first example under a heading. */
function documented(title: string): string {
  const [, text = ''] =
    new RegExp(`^### ${title}\\n[^#]*?\`\`\`text\\n([\\s\\S]*?)\\n\`\`\``, 'm').exec(page) ?? [];
  return text;
}

describe('docs/troubleshooting.md shows what the step prints', () => {
  it('for a temporary key without its token, which is never sent', async () => {
    const keys = { 'aws-access-key-id': 'ASIAIOSFODNN7EXAMPLE', 'aws-secret-access-key': 'x'.repeat(40) };
    const before = sandbox.cloud.requests.length;
    const ofAws = { ...keys, 'sts-endpoint': '' };
    const text = await printed(
      { ...ofAws, 'role-to-assume': role(HUB_ACCOUNT, 'deploy') },
      { env: { AWS_ENDPOINT_URL_STS: '' } },
    );
    expect(text).toBe(documented('The security token included in the request is invalid'));
    expect(sandbox.cloud.requests).toHaveLength(before);
  });

  it('for a role that trusts only people', async () => {
    const text = await printed({
      'role-to-assume': role(HUB_ACCOUNT, 'deploy'),
      'trust-policy': JSON.stringify(ONLY_PEOPLE, null, 2),
    });
    expect(text).toBe(documented('It works locally and fails in CI'));
  });

  it("for a pod that has the node's role", async () => {
    const node = { RoleArn: role(HUB_ACCOUNT, 'eks-node'), RoleSessionName: 'i-0123456789abcdef0' };
    const keys = keysOf(await signed(sandbox.cloud, LEGACY_DEPLOYER, { Action: 'AssumeRole', ...node }));
    const env = {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_SESSION_TOKEN: keys.sessionToken ?? '',
    };
    const inputs = { 'identity-source': 'environment', 'role-to-assume': role(HUB_ACCOUNT, 'pod-deploy') };
    expect(await printed(inputs, { env })).toBe(documented("The node's role calls instead of the pod's"));
  });

  it('for a session policy that refuses the next role', async () => {
    const chain = [
      { role: role(SPOKE_ACCOUNT, 'middle'), 'session-policy': document(may('s3:GetObject')) },
      { role: role(SPOKE_ACCOUNT, 'last') },
    ];
    const inputs = { 'role-to-assume': role(HUB_ACCOUNT, 'hub'), 'role-chain': JSON.stringify(chain) };
    const text = await printed(inputs);
    expect(text).toBe(documented('A session policy refuses the next role'));
    // What the page advises opens the role.
    const [, statement = '{}'] = /Add to it: (\{.*?\}), or leave it out/.exec(text) ?? [];
    const [first, last] = chain;
    const policy = document(may('s3:GetObject'), JSON.parse(statement));
    const mended = JSON.stringify([{ ...first, 'session-policy': policy }, last]);
    expect(await printed({ ...inputs, 'role-chain': mended })).toBe('');
  });
});

describe('an object that may be read and not be decrypted', () => {
  const KEY = `arn:aws:kms:us-east-1:${HUB_ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  const session = `arn:aws:sts::${HUB_ACCOUNT}:assumed-role/deploy/GitHubActions`;
  const own = (...statements: readonly object[]) => parsePolicy(document(...statements), 'own');
  const keyPolicy = (principal: object) => {
    const statement = { ...allow(principal, 'kms:*'), Resource: '*' };
    return {
      kind: 'resource',
      mustAllow: true,
      ...parsePolicy(document(statement), 'key', 'names-principals'),
    } as const;
  };
  const decrypt = (policies: Policies): string => {
    const principal = { type: 'AWS', arn: session } as const;
    const decided = authorize(
      { action: 'kms:Decrypt', resource: KEY, principal, context: new Context() },
      policies,
    );
    if (decided.decision !== 'deny') return decided.decision;
    const words = refusalWords(decided.by, 'kms:Decrypt');
    return `User: ${session} is not authorized to perform: kms:Decrypt on resource: ${KEY} ${words}`;
  };
  const reads = own(may('s3:GetObject'));
  const decrypts = own(may('s3:GetObject'), may('kms:Decrypt', KEY));
  const account = keyPolicy({ AWS: HUB_ACCOUNT });

  it('is refused in the words that the page shows', () => {
    const shown = documented('Reading is allowed, and decryption fails').split('\n');
    expect(shown).toEqual([
      decrypt({ identity: [reads], resource: account }),
      decrypt({ identity: [decrypts], resource: keyPolicy({ AWS: ALICE }) }),
      decrypt({ identity: [decrypts], resource: account, session: [reads] }),
    ]);
  });

  it('and allowed where all three have kms:Decrypt', () => {
    expect(decrypt({ identity: [decrypts], resource: account, session: [decrypts] })).toBe('allow');
  });
});
