import { readFileSync } from 'node:fs';
import { sharedCloud } from '../support/cloud.js';
import { REFUSALS, type RefusedRun } from '../support/refusals.js';
import { runAction } from '../support/run-action.js';

const ACCOUNT = '111122223333';
const BARE_ACCOUNT = '444455556666';
const HUB = `arn:aws:iam::${ACCOUNT}:role/hub`;

const policyOf = ({ statement }: RefusedRun) => ({ Version: '2012-10-17', Statement: [statement] });
const rolesOf = (isWanted: (refusal: RefusedRun) => boolean) =>
  Object.fromEntries(
    REFUSALS.flatMap((refusal, index) =>
      isWanted(refusal) ? [[`refusal-${index + 1}`, { trust: policyOf(refusal) }]] : [],
    ),
  );
const ANYONE = {
  Effect: 'Allow',
  Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/ISSUER` },
  Action: 'sts:AssumeRoleWithWebIdentity',
};

const sandbox = sharedCloud({
  accounts: {
    github: {
      owners: { 'octo-org': 65 },
      repositories: { 'octo-org/octo-repo': 74 },
      actors: { octocat: 12 },
    },
    accounts: {
      [ACCOUNT]: {
        providers: [{ url: 'ISSUER', clientIds: ['sts.amazonaws.com'] }],
        roles: {
          ...rolesOf(({ withoutProvider }) => !withoutProvider),
          hub: {
            trust: { Version: '2012-10-17', Statement: [ANYONE] },
            permissions: [{ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: '*' }],
          },
        },
      },
      [BARE_ACCOUNT]: { roles: rolesOf(({ withoutProvider }) => withoutProvider === true) },
    },
  },
});

/** What the step prints, with GitHub's issuer for the sandbox's. */
async function printed(refusal: RefusedRun, number: number): Promise<string> {
  const { cloud } = sandbox;
  const issuer = new URL(cloud.issuer).host;
  const account = refusal.withoutProvider ? BARE_ACCOUNT : ACCOUNT;
  const role = `arn:aws:iam::${account}:role/refusal-${number}`;
  const policy = JSON.stringify(policyOf(refusal), null, 2).replaceAll('ISSUER', issuer);
  const chained = JSON.stringify([{ role, tags: { Team: 'web' } }]);
  const outcome = await runAction(
    {
      ...(refusal.isChained ? { 'role-to-assume': HUB, 'role-chain': chained } : { 'role-to-assume': role }),
      'trust-policy': policy,
      ...refusal.inputs,
    },
    { cloud, run: refusal.run },
  );
  const [command] = outcome.commands().filter(({ command }) => command === 'error');
  const lines = (command?.data ?? '').split('\n');
  const end = lines.findIndex((line) => /^(Caller|Identity source): /.test(line));
  return lines
    .slice(0, end < 0 ? undefined : end)
    .join('\n')
    .replaceAll(cloud.issuer, 'https://token.actions.githubusercontent.com')
    .replaceAll(issuer, 'token.actions.githubusercontent.com');
}

describe('the gallery in docs/troubleshooting.md', () => {
  const page = readFileSync('docs/troubleshooting.md', 'utf8');

  it.each(REFUSALS.map((refusal, index) => [refusal.title, refusal, index + 1] as const))(
    'shows what the step prints: %s',
    async (title, refusal, number) => {
      const text = await printed(refusal, number);
      expect(page).toContain(`### ${title}\n\nMet in <${refusal.thread}>.\n\n\`\`\`text\n${text}\n\`\`\`\n`);
    },
  );

  it('holds twelve', () => expect(REFUSALS).toHaveLength(12));
});
