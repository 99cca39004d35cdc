import { tmpdir } from 'node:os';
import { type AccountsFile, type Cloud, startCloud } from '../sandbox/cloud.js';
import { objectAt, textAt } from '../sandbox/core/json.js';
import { runChild } from '../sandbox/runner/child.js';
import { runWorkflow } from './act.js';
import { type Check, expectEqual, expectThat } from './check.js';
import type { Tool, Tools } from './tools.js';

const HUB_ACCOUNT = '111122223333';
const SPOKE_ACCOUNT = '444455556666';
const HUB = `arn:aws:iam::${HUB_ACCOUNT}:role/hub`;
const SPOKE = `arn:aws:iam::${SPOKE_ACCOUNT}:role/spoke`;

type Credentials = Readonly<Record<string, string>>;

/** examples/revoke-sessions.yml under act, with the AWS CLI, on the sandbox's IAM; then old and new sessions. */
export function incidentChecks(root: string, tools: Tools): readonly Check[] {
  const { act, aws, jq } = tools;
  const check = (title: string, verify: (incident: Incident) => Promise<void>): Check => ({
    name: `incident: ${title}`,
    tools: [act, aws, jq],
    run: async () => {
      const cloud = await startCloud({ accounts: ACCOUNTS });
      try {
        await verify(new Incident(root, tools, cloud));
      } finally {
        await cloud.close();
      }
    },
  });
  return [
    check('a revoked chain refuses the old sessions, and new ones work', async (incident) => {
      const hub = await incident.enter('first');
      const spoke = await incident.assumeSpoke(hub);
      await incident.revoke(HUB_ACCOUNT, HUB);
      expectEqual(await incident.canUse(hub), false, 'the old session of the first role');
      expectEqual(await incident.canUse(spoke), true, 'the chained session after the first role was revoked');
      await incident.revoke(SPOKE_ACCOUNT, 'spoke');
      expectEqual(await incident.canUse(spoke), false, 'the old session of the second role');
      const again = await incident.enter('second');
      expectEqual(await incident.canUse(await incident.assumeSpoke(again)), true, 'a new chain');
    }),
    check('one session is refused by its name, and the others are not', async (incident) => {
      const [one, other] = [await incident.enter('gh-run-1'), await incident.enter('gh-run-2')];
      await incident.revoke(HUB_ACCOUNT, 'hub', 'gh-run-1');
      expectEqual([await incident.canUse(one), await incident.canUse(other)], [false, true], 'the sessions');
    }),
    check('a role that does not exist fails the run, but the others are revoked', async (incident) => {
      const session = await incident.enter('first');
      await incident.revoke(HUB_ACCOUNT, 'missing hub', '', 1);
      expectEqual(await incident.canUse(session), false, 'the old session');
    }),
  ];
}

class Incident {
  readonly #root: string;
  readonly #tools: Tools;
  readonly #cloud: Cloud;

  constructor(root: string, tools: Tools, cloud: Cloud) {
    this.#root = root;
    this.#tools = tools;
    this.#cloud = cloud;
  }

  /** A session of the first role, for a run of the main branch. */
  async enter(name: string): Promise<Credentials> {
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } =
      this.#cloud.environment();
    const response = await fetch(`${url}&audience=sts.amazonaws.com`, {
      headers: { authorization: `Bearer ${bearer}` },
    });
    const token = textAt(objectAt(await response.json(), 'the answer').value, 'the token');
    const options = ['--role-arn', HUB, '--role-session-name', name, '--web-identity-token', token];
    return this.#credentials({}, 'sts', 'assume-role-with-web-identity', ...options);
  }

  assumeSpoke(hub: Credentials): Promise<Credentials> {
    return this.#credentials(hub, 'sts', 'assume-role', '--role-arn', SPOKE, '--role-session-name', 'next');
  }

  /** Whether a session may do what its role allows. */
  async canUse(session: Credentials): Promise<boolean> {
    try {
      await this.#aws(session, 'iam', 'list-roles');
      return true;
    } catch (error) {
      const said = String(error);
      expectThat(/AccessDenied.*explicit deny in an identity-based policy/.test(said), said);
      return false;
    }
  }

  /** Runs the workflow as its page in GitHub would. */
  async revoke(account: string, roles: string, session = '', expected = 0): Promise<void> {
    const { exitCode, entries } = await runWorkflow(this.#root, this.#tools, 'revoke-sessions', 'main', {
      folder: 'examples',
      cloud: this.#cloud,
      run: { event: 'workflow_dispatch', environment: 'incident' },
      inputs: { account, roles, session },
    });
    const last = entries.filter(({ isOutput }) => isOutput).at(-1);
    expectEqual(exitCode, expected, `act's exit code (${last?.msg.trim()})`);
  }

  async #credentials(env: Credentials, ...args: readonly string[]): Promise<Credentials> {
    const answer: unknown = JSON.parse(await this.#aws(env, ...args, '--output', 'json'));
    const { AccessKeyId, SecretAccessKey, SessionToken } = objectAt(
      objectAt(answer, 'the answer').Credentials,
      'the credentials',
    );
    return {
      AWS_ACCESS_KEY_ID: textAt(AccessKeyId, 'AccessKeyId'),
      AWS_SECRET_ACCESS_KEY: textAt(SecretAccessKey, 'SecretAccessKey'),
      AWS_SESSION_TOKEN: textAt(SessionToken, 'SessionToken'),
    };
  }

  #aws(env: Credentials, ...args: readonly string[]): Promise<string> {
    return awsCli(this.#tools.aws, this.#cloud.awsUrl, env, args);
  }
}

/** The AWS CLI, beside the sandbox that runs in this process. Rejects with what it said on failure. */
async function awsCli(aws: Tool, url: string, env: Credentials, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runChild({
    command: aws.path,
    args: [...args, '--endpoint-url', url],
    cwd: tmpdir(),
    env: {
      PATH: process.env.PATH ?? '',
      HOME: tmpdir(),
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_PAGER: '',
      ...env,
    },
    timeoutMs: 60_000,
    measureMemory: false,
    onLine: () => {},
  });
  if (exitCode !== 0) throw new Error(stderr.trim());
  return stdout;
}

function trusting(account: string, subject: string): object {
  return {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/ISSUER` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          'ISSUER:aud': 'sts.amazonaws.com',
          'ISSUER:sub': `repo:octo-org@65/octo-repo@74:${subject}`,
        },
      },
    },
  };
}

function account(id: string, name: string, trust: object): AccountsFile['accounts'][string] {
  const allow = (...Action: readonly string[]) => [{ Effect: 'Allow', Action, Resource: '*' }];
  return {
    providers: [{ url: 'https://ISSUER', clientIds: ['sts.amazonaws.com'] }],
    roles: {
      [name]: { trust, permissions: allow('sts:AssumeRole', 'iam:ListRoles') },
      // As docs/incident.md describes it.
      'incident-response': {
        trust: trusting(id, 'environment:incident'),
        permissions: allow('iam:GetRole', 'iam:ListRoles', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy'),
      },
    },
  };
}

const ACCOUNTS: AccountsFile = {
  github: { owners: { 'octo-org': 65 }, repositories: { 'octo-org/octo-repo': 74 } },
  accounts: {
    [HUB_ACCOUNT]: account(HUB_ACCOUNT, 'hub', trusting(HUB_ACCOUNT, 'ref:refs/heads/main')),
    [SPOKE_ACCOUNT]: account(SPOKE_ACCOUNT, 'spoke', {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { AWS: HUB }, Action: 'sts:AssumeRole' },
    }),
  },
};
