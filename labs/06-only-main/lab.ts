import type { Run } from '../../sandbox/cloud.js';
import { objectAt, textAt } from '../../sandbox/core/json.js';
import { answerOf, type Bench } from '../engine/bench.js';
import { ADMIN_KEYS, accountOf, GITHUB_ISSUER, GITHUB_THUMBPRINT, type Lab } from '../engine/lab.js';
import { allow, policy, trustTokens } from '../engine/policies.js';
import { ACCOUNT, makeProvider, makeRole, removeRole, roleArn } from '../engine/setting.js';

const REPOSITORY = 'octo-org/octo-repo';
const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/${GITHUB_ISSUER}`;
const ASSUME = `sts assume-role-with-web-identity --role-arn ${roleArn('lab-deploy')} --role-session-name deploy --web-identity-token`;

/** The repository of the exercise, with the numbers of GitHub's documentation. */
export const GITHUB_IDS = {
  owners: { 'octo-org': 65 },
  repositories: { [REPOSITORY]: 74, 'octo-org/other': 75 },
  actors: { octocat: 12 },
};

export const lab: Lab = {
  number: '06',
  name: 'only-main',
  title: 'Only main may deploy',
  accounts: { github: GITHUB_IDS, accounts: { [ACCOUNT]: accountOf(ADMIN_KEYS) } },
  async run(bench) {
    bench.step("GitHub's issuer as a provider, and a role for the branch main of one repository");
    await makeProvider(bench, GITHUB_ISSUER, GITHUB_THUMBPRINT);
    bench.file(
      'trust.json',
      trustTokens(GITHUB_ISSUER, {
        StringEquals: {
          [`${GITHUB_ISSUER}:aud`]: 'sts.amazonaws.com',
          [`${GITHUB_ISSUER}:sub`]: 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main',
        },
      }),
    );
    bench.file('listing.json', policy(allow('s3:ListAllMyBuckets', '*')));
    await makeRole(bench, 'lab-deploy', 'trust.json', 'listing.json');
    bench.settle();

    bench.step('A job on main');
    bench.elsewhere('# In a job with "permissions: id-token: write", whose token is in main.jwt:');
    await requestToken(bench, 'main.jwt', { ref: 'refs/heads/main' });
    await bench.aws(undefined, `${ASSUME} file://main.jwt`, { profile: ['lab-deploy', 'Credentials'] });
    await bench.aws('lab-deploy', 's3 ls');
    const { Arn } = answerOf(await bench.aws('lab-deploy', 'sts get-caller-identity'));
    bench.claim('main is let in', Arn === `arn:aws:sts::${ACCOUNT}:assumed-role/lab-deploy/deploy`);

    bench.step('Jobs that are not on main');
    const others: readonly (readonly [string, Run, string])[] = [
      ['feature.jwt', { ref: 'refs/heads/feature' }, 'A feature branch is refused'],
      ['pull-request.jwt', { event: 'pull_request' }, 'A pull request is refused'],
      ['tag.jwt', { ref: 'refs/tags/v1' }, 'A tag is refused'],
      ['other.jwt', { repository: 'octo-org/other' }, 'Another repository is refused'],
      [
        'production.jwt',
        { ref: 'refs/heads/main', environment: 'production' },
        'main in an environment is refused, too: the environment takes the place of the branch in sub',
      ],
    ];
    for (const [file, run, claim] of others) {
      await requestToken(bench, file, run);
      await bench.refused(undefined, `${ASSUME} file://${file}`, 'AccessDenied', claim);
    }

    bench.step('Clean up');
    await removeRole(bench, 'lab-deploy');
    await bench.aws(
      'admin',
      `iam delete-open-id-connect-provider --open-id-connect-provider-arn ${PROVIDER}`,
    );
  },
};

/** What a step of a job does to get the job's token. */
async function requestToken(bench: Bench, file: string, run: Run): Promise<void> {
  const environment = bench.cloud.environment({ repository: REPOSITORY, ...run });
  const url = `${environment.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=sts.amazonaws.com`;
  const authorization = `bearer ${environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN}`;
  const answer: unknown = await (await fetch(url, { headers: { authorization } })).json();
  const token = textAt(objectAt(answer, 'the answer').value, 'value');
  bench.write(file, token);
  const line = `curl -sSH "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" | jq -r .value > ${file}`;
  bench.elsewhere(line);
  const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  const { sub, aud } = objectAt(claims, 'the claims');
  bench.show(line, `(the token says: sub ${sub}, aud ${aud})`);
}
