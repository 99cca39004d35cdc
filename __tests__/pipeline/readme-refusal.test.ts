import { trustPolicy } from '../../sandbox/demo/roles.js';
import { sharedCloud } from '../support/cloud.js';
import { page } from '../support/pages.js';
import { runAction } from '../support/run-action.js';

const ROLE = 'arn:aws:iam::111122223333:role/production-deploy';

const sandbox = sharedCloud();

/** Markdown with its entities resolved. */
const plain = (text: string): string =>
  text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

test('the README shows the start of the job summary of a refused run, with GitHub as the issuer', async () => {
  const { cloud } = sandbox;
  const { summary } = await runAction(
    { 'role-to-assume': ROLE, 'trust-policy': trustPolicy(ROLE, cloud.issuer) ?? '' },
    { cloud, run: { environment: 'production' } },
  );
  const [start = ''] = plain(summary).split('#### The caller');
  const quoted = page('README.md')
    .text.split('\n')
    .filter((line) => line.startsWith('>'))
    .map((line) => line.replace(/^> ?/, ''));
  expect(quoted.join('\n')).toBe(
    start
      .replaceAll(new URL(cloud.issuer).host, 'token.actions.githubusercontent.com')
      .replaceAll('role/production-deploy', 'role/deploy')
      .trimEnd(),
  );
});
