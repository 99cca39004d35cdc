import { sharedCloud } from '../support/cloud.js';
import {
  ACCOUNT,
  ADMIN,
  document,
  kms,
  OTHER_ACCOUNT,
  type ServiceAnswer,
  STRANGER,
  sessionOf,
  TWO_ACCOUNTS,
} from '../support/services.js';

const shared = sharedCloud({ accounts: TWO_ACCOUNTS });
const call = (action: string, input: object, keys = ADMIN, region?: string) =>
  kms(shared.cloud, keys, action, input, region);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const json = ({ text }: ServiceAnswer) => JSON.parse(text);

async function newKey(policy?: string): Promise<string> {
  return json(await call('CreateKey', policy === undefined ? {} : { Policy: policy })).KeyMetadata.Arn;
}

async function encrypt(KeyId: string, EncryptionContext = {}): Promise<string> {
  return json(await call('Encrypt', { KeyId, Plaintext: base64('secret'), EncryptionContext }))
    .CiphertextBlob;
}

describe('a key', () => {
  it('opens what it has closed, with the same encryption context', async () => {
    const arn = await newKey();
    const CiphertextBlob = await encrypt(arn, { app: 'one', stage: 'prod' });
    const good = await call('Decrypt', { CiphertextBlob, EncryptionContext: { stage: 'prod', app: 'one' } });
    expect(json(good)).toEqual({
      KeyId: arn,
      Plaintext: base64('secret'),
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    });
    const refused = { status: 400, code: 'InvalidCiphertextException' };
    expect(await call('Decrypt', { CiphertextBlob })).toMatchObject(refused);
    expect(await call('Decrypt', { CiphertextBlob: base64('x') })).toMatchObject(refused);
    expect(await call('Decrypt', { CiphertextBlob: base64('made up') })).toMatchObject(refused);
    const bytes = Buffer.from(CiphertextBlob, 'base64');
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    const changed = {
      CiphertextBlob: bytes.toString('base64'),
      EncryptionContext: { app: 'one', stage: 'prod' },
    };
    expect(await call('Decrypt', changed)).toMatchObject(refused);
    const other = { CiphertextBlob, KeyId: await newKey() };
    expect(await call('Decrypt', other)).toMatchObject({ code: 'IncorrectKeyException' });
  });

  it('is known in its own Region and account alone, by id there', async () => {
    const arn = await newKey();
    const KeyId = arn.split('/')[1];
    expect(json(await call('DescribeKey', { KeyId })).KeyMetadata).toMatchObject({ Arn: arn, Enabled: true });
    const refused = { status: 400, code: 'NotFoundException' };
    expect(await call('DescribeKey', { KeyId }, ADMIN, 'eu-west-1')).toMatchObject(refused);
    expect(await call('DescribeKey', { KeyId: arn }, ADMIN, 'eu-west-1')).toMatchObject(refused);
    expect(await call('DescribeKey', { KeyId }, STRANGER)).toMatchObject(refused);
  });

  it('is useless once its deletion is scheduled', async () => {
    const KeyId = await newKey();
    expect((await call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 1 })).code).toBe(
      'ValidationException',
    );
    expect(json(await call('ScheduleKeyDeletion', { KeyId })).KeyState).toBe('PendingDeletion');
    expect((await call('Encrypt', { KeyId, Plaintext: base64('x') })).code).toBe('KMSInvalidStateException');
    expect(json(await call('DescribeKey', { KeyId })).KeyMetadata.KeyState).toBe('PendingDeletion');
  });

  it('takes up to 4,096 bytes', async () => {
    const KeyId = await newKey();
    const put = (length: number) => call('Encrypt', { KeyId, Plaintext: base64('x'.repeat(length)) });
    expect([(await put(4096)).status, (await put(4097)).code, (await put(0)).code]).toEqual([
      200,
      'ValidationException',
      'ValidationException',
    ]);
  });
});

describe('the policy of a key', () => {
  it('leaves it to the account by default, and has to allow it in any case', async () => {
    const keys = await sessionOf(shared.cloud, 'decrypter', { Action: 'kms:Decrypt' });
    const CiphertextBlob = await encrypt(await newKey());
    expect((await call('Decrypt', { CiphertextBlob }, keys)).status).toBe(200);
    const only = (AWS: string) =>
      document({ Effect: 'Allow', Principal: { AWS }, Action: 'kms:*', Resource: '*' });
    const closed = await newKey(only(`arn:aws:iam::${ACCOUNT}:user/admin`));
    const closedBlob = await encrypt(closed);
    expect(await call('Decrypt', { CiphertextBlob: closedBlob }, keys)).toMatchObject({
      status: 400,
      code: 'AccessDeniedException',
      message: `User: arn:aws:sts::111122223333:assumed-role/decrypter/test is not authorized to perform: kms:Decrypt on resource: ${closed} because no resource-based policy allows the kms:Decrypt action`,
    });
    const policy = only(`arn:aws:iam::${ACCOUNT}:root`);
    expect((await call('PutKeyPolicy', { KeyId: closed, Policy: policy })).status).toBe(200);
    expect(json(await call('GetKeyPolicy', { KeyId: closed }))).toEqual({
      Policy: policy,
      PolicyName: 'default',
    });
    expect((await call('Decrypt', { CiphertextBlob: closedBlob }, keys)).status).toBe(200);
    expect((await call('PutKeyPolicy', { KeyId: closed, Policy: '{}' })).code).toBe(
      'MalformedPolicyDocumentException',
    );
  });

  it('lets another account in, and can bind to the encryption context', async () => {
    const account = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
    const Statement = [
      { Effect: 'Allow', Principal: account, Action: 'kms:*', Resource: '*' },
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` },
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: {
          StringEquals: { 'kms:EncryptionContext:app': 'one', 'kms:CallerAccount': OTHER_ACCOUNT },
        },
      },
    ];
    const key = await newKey(JSON.stringify({ Version: '2012-10-17', Statement }));
    const decrypt = async (app: string) => {
      const EncryptionContext = { app };
      const CiphertextBlob = await encrypt(key, EncryptionContext);
      return (await call('Decrypt', { CiphertextBlob, EncryptionContext }, STRANGER)).status;
    };
    expect([await decrypt('one'), await decrypt('two')]).toEqual([200, 400]);
  });
});

describe('a call to KMS', () => {
  it('is refused in the names that KMS has without a right signature', async () => {
    const wrong = (keys: object) => call('CreateKey', {}, { ...ADMIN, ...keys });
    expect((await wrong({ secretAccessKey: 'x' })).code).toBe('InvalidSignatureException');
    expect((await wrong({ accessKeyId: 'AKIAUNKNOWN0EXAMPLE0' })).code).toBe('UnrecognizedClientException');
    const headers = { 'x-amz-target': 'TrentService.CreateKey' };
    const response = await fetch(shared.cloud.awsUrl, { method: 'POST', body: '{}', headers });
    expect(await response.text()).toContain('MissingAuthenticationTokenException');
  });

  it('is refused where the sandbox does not have it, or cannot read it', async () => {
    expect(await call('ListAliases', {})).toMatchObject({ code: 'UnknownOperationException' });
    expect(await call('toString', {})).toMatchObject({ code: 'UnknownOperationException' });
    expect(await call('CreateKey', [])).toMatchObject({ code: 'SerializationException' });
    expect(await call('DescribeKey', {})).toMatchObject({ status: 400, code: 'ValidationException' });
    expect(await call('DescribeKey', { KeyId: 1 })).toMatchObject({ code: 'SerializationException' });
    const context = { CiphertextBlob: base64('x'), EncryptionContext: 'x' };
    expect(await call('Decrypt', context)).toMatchObject({ code: 'SerializationException' });
  });

  it('is noted without what it carries', async () => {
    await encrypt(await newKey());
    expect(shared.cloud.requests.at(-1)).toMatchObject({ service: 'kms', action: 'Encrypt', params: {} });
    shared.cloud.fault('kms', { kind: 'throttle' });
    expect(await call('CreateKey', {})).toMatchObject({ status: 400, code: 'ThrottlingException' });
  });
});
