import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { selectIdentity } from '../../../src/identity/select.js';
import { SOURCES } from '../../../src/identity/sources.js';
import { type ParsedInputs, readInputs } from '../../../src/inputs/inputs.js';
import { SOURCE_NAMES } from '../../../src/inputs/source-names.js';
import { recordedRunner } from '../../support/recorded-runner.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const nothing = readInputs(recordedRunner({ AWS_REGION: 'us-east-1' }).runner);

describe('an identity source', () => {
  it('has its facts in a file of its own', () => {
    const folder = join(ROOT, 'src', 'identity');
    const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    for (const name of SOURCE_NAMES)
      expect(texts.filter((text) => text.includes(`  name: '${name}',\n`))).toHaveLength(1);
  });

  it('is asked what it is nowhere else, but for whether it is the environment', () => {
    const asked = new RegExp(`source(?:'\\])? [!=]== '(?:${SOURCE_NAMES.join('|')})'`);
    const asking = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) => readFileSync(join(ROOT, 'src', path), 'utf8').split('\n'))
      .flatMap((line) => asked.exec(line)?.[0] ?? []);
    expect(asking.sort()).toEqual(["source === 'environment'", "source'] === 'environment'"]);
  });

  it.each<[keyof typeof SOURCES, Partial<ParsedInputs>, object]>([
    [
      'access-keys',
      { 'aws-access-key-id': 'AKIA', 'aws-secret-access-key': 'secret' },
      { credentials: expect.objectContaining({ accessKeyId: 'AKIA', secretAccessKey: 'secret' }) },
    ],
    ['web-identity-token-file', { 'web-identity-token-file': 'token' }, { path: 'token' }],
    [
      'saml',
      { 'saml-assertion': 'PHg+', 'saml-provider-arn': 'arn:aws:iam::111122223333:saml-provider/x' },
      { assertion: 'PHg+', providerArn: 'arn:aws:iam::111122223333:saml-provider/x' },
    ],
    ['environment', {}, { region: 'us-east-1', endpoint: undefined }],
    [
      'cognito',
      { 'cognito-identity-pool-id': 'us-east-1:1' },
      { poolId: 'us-east-1:1', audience: 'cognito-identity.amazonaws.com', usesVariables: true },
    ],
    ['github-oidc', { audience: 'other', 'aws-access-key-id': 'AKIA' }, { audience: 'other' }],
  ])('%s takes from the inputs what it needs, and nothing else', async (source, inputs, values) => {
    const selection = { source, reason: 'a test', tokenMissing: false };
    expect(selectIdentity(selection, { ...(await nothing), ...inputs })).toEqual({ ...selection, ...values });
  });

  it.each(SOURCE_NAMES.filter((name) => SOURCES[name].requires.some((input) => input !== 'role-to-assume')))(
    '%s is not chosen without what it requires',
    async (source) => {
      const selection = { source, reason: 'a test', tokenMissing: false };
      expect(selectIdentity(selection, await nothing)).toBeUndefined();
    },
  );
});
