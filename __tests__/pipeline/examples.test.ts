import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { documentedWorkflows, yamlFiles } from '../../e2e/workflow-files.js';
import type { AccountsFile, Cloud, Run } from '../../sandbox/cloud.js';
import type { Job } from '../../sandbox/runner/job.js';
import { ACTION, startJob } from '../support/bundle.js';
import { startCloud } from '../support/cloud.js';
import { requestToken } from '../support/sts-client.js';
import { evaluated, jobsOf, mappingAt } from '../support/workflow-steps.js';

/*
 * The workflows that readers copy, from the README, docs/ and examples/: their steps of this action run on the sandbox,
 * and a standard AWS client in a later step sees the account that the workflow means. Those of docs/examples/, which come
 * with policies, run in worked-examples.test.ts.
 */

const PRODUCTION = '111122223333';
const PARTNER = '444455556666';
const REPOSITORY = 'repo:octo-org@65/octo-repo@74';
const REUSABLE = 'octo-org/deploy-workflows/.github/workflows/reusable-deploy.yml@v1';
const KEYS = { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };

/** A role that trusts the tokens whose claims are these. */
function roleFor(accountId: string, claims: Readonly<Record<string, string>>): { readonly trust: object } {
  const conditions = { aud: 'sts.amazonaws.com', ...claims };
  return {
    trust: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/ISSUER` },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: Object.fromEntries(
              Object.entries(conditions).map(([name, value]) => [`ISSUER:${name}`, value]),
            ),
          },
        },
      ],
    },
  };
}

const MAIN = { sub: `${REPOSITORY}:ref:refs/heads/main` };
const ENVIRONMENT = { sub: `${REPOSITORY}:environment:production` };
const SERVICE_ACCOUNT = { sub: 'system:serviceaccount:ci:runner' };
const providers = [{ url: 'ISSUER', clientIds: ['sts.amazonaws.com'] }];

const ACCOUNTS: AccountsFile = {
  github: { owners: { 'octo-org': 65 }, repositories: { 'octo-org/octo-repo': 74 } },
  accounts: {
    [PRODUCTION]: {
      providers,
      users: {
        releaser: {
          accessKeys: { [KEYS.id]: KEYS.secret },
          permissions: [
            {
              Effect: 'Allow',
              Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:GetFederationToken'],
              Resource: '*',
            },
          ],
        },
      },
      roles: {
        deploy: roleFor(PRODUCTION, MAIN),
        'production-deploy': roleFor(PRODUCTION, MAIN),
        'environment-deploy': roleFor(PRODUCTION, ENVIRONMENT),
        'reusable-deploy': roleFor(PRODUCTION, { ...ENVIRONMENT, job_workflow_ref: REUSABLE }),
        'snapshot-reader': roleFor(PRODUCTION, MAIN),
        'incident-response': roleFor(PRODUCTION, { sub: `${REPOSITORY}:environment:incident` }),
        hub: {
          ...roleFor(PRODUCTION, MAIN),
          permissions: [{ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: '*' }],
        },
      },
    },
    [PARTNER]: {
      providers,
      roles: {
        'snapshot-writer': roleFor(PARTNER, MAIN),
        'runner-deploy': roleFor(PARTNER, SERVICE_ACCOUNT),
        training: {
          trust: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { AWS: `arn:aws:iam::${PRODUCTION}:role/hub` },
                Action: ['sts:AssumeRole', 'sts:TagSession'],
              },
            ],
          },
        },
        'partner-deploy': {
          trust: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { AWS: `arn:aws:iam::${PRODUCTION}:user/releaser` },
                Action: ['sts:AssumeRole', 'sts:TagSession'],
                Condition: {
                  StringEquals: {
                    'sts:ExternalId': 'octo-org-1',
                    'aws:RequestTag/Team': 'payments',
                    'aws:RequestTag/Release': '1.10',
                    'aws:RequestTag/Repository': 'octo-org/octo-repo',
                  },
                },
              },
            ],
          },
        },
      },
    },
  },
};

/** What a workflow is run with, and the accounts its steps must end in. */
interface Case {
  readonly accounts: readonly string[];
  readonly run?: Run;
  /** What its expressions stand for. */
  readonly values?: Readonly<Record<string, string>>;
  /** Inputs whose value exists on the example's machine only, made anew here. */
  readonly replaced?: (job: Job) => Promise<Readonly<Record<string, string>>>;
}

const KEY_SECRETS = {
  'secrets.AWS_ACCESS_KEY_ID': KEYS.id,
  'secrets.AWS_SECRET_ACCESS_KEY': KEYS.secret,
};

const CASES: Readonly<Record<string, Case>> = {
  'readme-md-1.yml': { accounts: [PRODUCTION] },
  'deploy-main.yml': { accounts: [PRODUCTION] },
  'deploy-environment.yml': {
    accounts: [PRODUCTION],
    run: { ref: 'refs/tags/v1.2.3' },
    values: {
      'vars.AWS_REGION': 'eu-central-1',
      'vars.DEPLOY_ROLE': `arn:aws:iam::${PRODUCTION}:role/environment-deploy`,
    },
  },
  'reusable-deploy.yml': {
    accounts: [PRODUCTION],
    run: { calledWorkflow: REUSABLE },
    values: inputsOfCall('reusable-deploy.yml', 'reusable-caller.yml'),
  },
  'access-keys.yml': {
    accounts: [PARTNER],
    run: { idToken: false },
    values: { ...KEY_SECRETS, 'secrets.PARTNER_EXTERNAL_ID': 'octo-org-1' },
  },
  'session-token.yml': { accounts: [PRODUCTION], run: { idToken: false }, values: KEY_SECRETS },
  'federated-user.yml': { accounts: [PRODUCTION], run: { idToken: false }, values: KEY_SECRETS },
  'drop-credentials.yml': { accounts: [PRODUCTION] },
  // Its script alone has the credentials, so a later step sees no account.
  'one-step.yml': {
    accounts: [''],
    replaced: async () => ({
      run: `"${process.execPath}" -e 'process.exit(process.env.AWS_SESSION_TOKEN ? 0 : 1)'`,
    }),
  },
  'role-map.yml': { accounts: [PRODUCTION], replaced: putRoles },
  'audit-record.yml': {
    accounts: [PRODUCTION],
    replaced: async ({ directories }) => ({ 'audit-file': join(directories.temp, 'aws-audit.jsonl') }),
  },
  'two-profiles.yml': { accounts: [PRODUCTION, PARTNER] },
  'long-job.yml': { accounts: [PARTNER] },
  'credential-endpoint.yml': { accounts: [PARTNER] },
  'docker-action.yml': { accounts: [PRODUCTION] },
  // e2e/incident-checks.ts runs its script.
  'revoke-sessions.yml': { accounts: [PRODUCTION], values: { 'inputs.account': PRODUCTION } },
  'token-file.yml': {
    accounts: [PARTNER],
    run: { idToken: false },
    replaced: async ({ directories }) => {
      const token = await requestToken(cloud.environment({ claims: SERVICE_ACCOUNT }));
      writeFileSync(join(directories.workspace, 'token'), token, { mode: 0o600 });
      return { 'web-identity-token-file': 'token' };
    },
  },
};

/** The map of the examples, where they look for it. */
async function putRoles({ directories }: Job): Promise<Readonly<Record<string, string>>> {
  mkdirSync(join(directories.workspace, 'aws'));
  copyFileSync(
    join(ACTION, 'examples', 'roles', 'roles.yml'),
    join(directories.workspace, 'aws', 'roles.yml'),
  );
  return {};
}

/** What `inputs.…` are in a reusable workflow that is called as its example caller does. */
function inputsOfCall(called: string, caller: string): Record<string, string> {
  const [call = {}] = Object.values(mappingAt(mappingAt(parse(example(caller)))['jobs'])).map(mappingAt);
  if (call['uses'] !== REUSABLE) throw new Error(`${caller} calls something else`);
  const declared = mappingAt(
    mappingAt(mappingAt(mappingAt(parse(example(called)))['on'])['workflow_call'])['inputs'],
  );
  const given = mappingAt(call['with']);
  return Object.fromEntries(
    Object.entries(declared).map(([name, input]) => [
      `inputs.${name}`,
      String(given[name] ?? mappingAt(input)['default']),
    ]),
  );
}

function example(name: string): string {
  return readFileSync(join(ACTION, 'examples', name), 'utf8');
}

const workflows = new Map([
  ...documentedWorkflows(ACTION)
    .filter(({ name }) => !name.startsWith('docs-examples-')) // worked-examples.test.ts has those
    .map(({ name, text }) => [name, text] as const),
  ...yamlFiles(ACTION, 'examples')
    .filter((path) => basename(path) !== 'plan-apply.yml') // plan-apply.test.ts has it, with its two roles
    .map((path) => [basename(path), readFileSync(path, 'utf8')] as const),
]);

/** A later step: the AWS SDK, which finds the credentials by itself and asks whose they are. */
const WHOSE = `
  const { GetCallerIdentityCommand, STSClient } = require(process.argv[1]);
  new STSClient({}).send(new GetCallerIdentityCommand({})).then(({ Account }) => console.log(Account));
`;
const SDK = createRequire(import.meta.url).resolve('@aws-sdk/client-sts');

async function accountSeenBy(job: Job, profile: string | undefined): Promise<string> {
  const env = { AWS_REGION: 'us-east-1', ...(profile !== undefined && { AWS_PROFILE: profile }) };
  const { stdout } = await job.run(process.execPath, ['-e', WHOSE, SDK], { env, if: 'always()' });
  return stdout.trim();
}

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ accounts: ACCOUNTS });
});
afterAll(() => cloud.close());

test('every workflow of the documentation that uses the action is run here', () => {
  const using = [...workflows].filter(([, text]) => jobsOf(text).length > 0).map(([name]) => name);
  expect(Object.keys(CASES).sort()).toEqual(using.sort());
});

test.each(Object.entries(CASES))(
  '%s gives the credentials it promises and takes them away',
  async (name, { accounts, run, values = {}, replaced }) => {
    const [workflowJob, ...others] = jobsOf(workflows.get(name) ?? '');
    expect(others).toEqual([]);
    const { environment, steps = [] } = workflowJob ?? {};
    const job = startJob(cloud, { run: { ...run, ...(environment !== undefined && { environment }) } });
    const replacements = (await replaced?.(job)) ?? {};
    const seen: string[] = [];
    for (const { inputs } of steps) {
      const given = Object.entries({ ...inputs, ...replacements }).map(([input, value]) => [
        input,
        evaluated(value, values),
      ]);
      const { conclusion, log, outputs } = await job.uses(ACTION, Object.fromEntries(given));
      expect({ conclusion, log }).toEqual({ conclusion: 'success', log: expect.anything() });
      expect(await accountSeenBy(job, inputs['aws-profile'])).toBe(outputs['aws-account-id'] ?? '');
      seen.push(outputs['aws-account-id'] ?? '');
    }
    expect(seen).toEqual(accounts);

    const posts = await job.end({ keepFiles: true });
    expect(posts.map(({ conclusion }) => conclusion)).toEqual(steps.map(() => 'success'));
    const left = await Promise.all(steps.map(({ inputs }) => accountSeenBy(job, inputs['aws-profile'])));
    expect(left).toEqual(steps.map(() => ''));
  },
);
