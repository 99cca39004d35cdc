import { runCheck } from '../../../src/check-trust/action.js';
import { checkTrust } from '../../../src/check-trust/check.js';
import { sarif } from '../../../src/check-trust/output/sarif.js';
import { toActionError } from '../../../src/core/errors.js';
import { filesBelow, temporaryDirectory } from '../../support/files.js';
import { inputVariables, recordedRunner } from '../../support/recorded-runner.js';

const HOST = 'token.actions.githubusercontent.com';
const policy = (subject: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${HOST}` },
      Condition: { StringLike: { [`${HOST}:aud`]: 'sts.amazonaws.com', [`${HOST}:sub`]: subject } },
    },
  });
const results = async (path: string, text: string) => {
  const report = await checkTrust([{ path, text }], []);
  const { runs } = JSON.parse(sarif(report));
  return runs[0].results.map(
    ({ level, locations }: { level: string; locations: readonly object[] }) => [level, locations[0]] as const,
  );
};

it.each([
  ['p.json', 'p.json'],
  ['a b\\c#.json', 'a%20b/c%23.json'],
  ['/tmp/p.json', 'file:///tmp/p.json'],
])('a finding in %s is at %s', async (path, uri) => {
  const [[level, location] = []] = await results(path, policy('*'));
  expect([level, location]).toMatchObject(['error', { physicalLocation: { artifactLocation: { uri } } }]);
});

describe('the action', () => {
  const run = async (inputs: Record<string, string>, env: Record<string, string> = {}) => {
    const directory = temporaryDirectory();
    const recorded = recordedRunner(
      { ...inputVariables({ policy: policy('*'), ...inputs }), ...env },
      directory,
    );
    try {
      await runCheck(recorded.runner);
      return { directory, message: undefined };
    } catch (error) {
      return { directory, message: toActionError(error).message };
    }
  };

  it('names a report that cannot be written, and leaves nothing behind', async () => {
    const { directory, message } = await run({ sarif: 'missing/out.sarif', 'fail-on': 'never' });
    expect(message).toContain('sarif: "missing/out.sarif" cannot be written.');
    expect(Object.keys(filesBelow(directory)).filter((path) => path.includes('sarif'))).toEqual([]);
  });

  it.each([
    ['must-allow', '- {repository: [}'],
    ['policy', '- {'],
    ['fail-on', 'sometimes'],
    ['issuer', 'not an address'],
  ])('names %s where it is %j', async (name, text) => {
    expect((await run({ [name]: text })).message).toContain(`${name}: `);
  });
});
