import { randomBytes, randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '../../core/json.js';
import type { ConditionKeys } from '../access/condition-keys.js';
import { denialReason, type ServiceState, type SignedCall } from '../services/signed-call.js';
import { parsePolicy } from '../sts/policy.js';
import { invalid, KmsError } from './errors.js';
import { type EncryptionContext, type Key, type Keys, keyArnOf, seal, unseal } from './keys.js';

/** What KMS's operations work on. */
export interface KmsState extends ServiceState {
  readonly keys: Keys;
}

/** One call, its signature verified. */
export interface KmsCall {
  readonly state: KmsState;
  readonly signed: SignedCall;
  readonly input: JsonObject;
}

type Operation = (call: KmsCall) => object;

const MAX_PLAINTEXT_BYTES = 4096;

/** What KMS does in the sandbox; it has no other operation. */
export const KMS_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateKey: createKey,
  DescribeKey: (call) => ({ KeyMetadata: metadata(authorizedKey(call, 'kms:DescribeKey')) }),
  Encrypt: (call) => {
    const context = readContext(call.input);
    const key = usableKey(authorizedKey(call, 'kms:Encrypt', contextKeys(context)));
    const plaintext = readBlob(call.input, 'Plaintext');
    if (plaintext.length > MAX_PLAINTEXT_BYTES) {
      throw invalid(
        `Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to ${MAX_PLAINTEXT_BYTES}`,
      );
    }
    const ciphertext = seal(key, plaintext, context).toString('base64');
    return { CiphertextBlob: ciphertext, KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
  },
  Decrypt: (call) => {
    const context = readContext(call.input);
    const ciphertext = readBlob(call.input, 'CiphertextBlob');
    const arn = keyArnOf(ciphertext);
    if (arn === undefined || !call.state.keys.has(arn)) throw new KmsError('InvalidCiphertextException', '');
    const input = { ...call.input, KeyId: call.input.KeyId ?? arn };
    const key = usableKey(authorizedKey({ ...call, input }, 'kms:Decrypt', contextKeys(context)));
    if (key.arn !== arn) {
      throw new KmsError(
        'IncorrectKeyException',
        'The key ID in the request does not identify a CMK that can perform this operation.',
      );
    }
    const plaintext = unseal(key, ciphertext, context).toString('base64');
    return { KeyId: key.arn, Plaintext: plaintext, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
  },
  GetKeyPolicy: (call) => {
    const key = authorizedKey(call, 'kms:GetKeyPolicy');
    return { Policy: key.policy.text, PolicyName: 'default' };
  },
  PutKeyPolicy: (call) => {
    const key = authorizedKey(call, 'kms:PutKeyPolicy');
    key.policy = readPolicy(textOf(call.input, 'Policy'));
    return {};
  },
  ScheduleKeyDeletion: (call) => {
    const key = authorizedKey(call, 'kms:ScheduleKeyDeletion');
    const { PendingWindowInDays: days = 30 } = call.input;
    if (typeof days !== 'number' || days < 7 || days > 30)
      throw invalid('PendingWindowInDays is from 7 to 30');
    key.deletionAt = call.state.now() + days * 86_400_000;
    return { KeyId: key.arn, DeletionDate: key.deletionAt / 1000, KeyState: 'PendingDeletion' };
  },
};

function createKey(call: KmsCall): object {
  const { state, signed, input } = call;
  const { account } = signed.caller.principal;
  enforce(signed, { action: 'kms:CreateKey', resource: '*', account });
  const { Description: description = '', Policy: policy } = input;
  const id = randomUUID();
  const arn = `arn:${account.partition}:kms:${signed.region}:${account.id}:key/${id}`;
  const key: Key = {
    id,
    arn,
    account,
    region: signed.region,
    description: textOf({ Description: description }, 'Description'),
    material: randomBytes(32),
    createdAt: state.now(),
    policy: readPolicy(
      policy === undefined ? defaultPolicy(account.partition, account.id) : textOf(input, 'Policy'),
    ),
    deletionAt: undefined,
  };
  state.keys.set(arn, key);
  return { KeyMetadata: metadata(key) };
}

// docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html: the account leaves it to its own policies.
function defaultPolicy(partition: string, accountId: string): string {
  const statement = {
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Id: 'key-default-1', Statement: [statement] }, null, 2);
}

function readPolicy(text: string): Key['policy'] {
  try {
    const document: unknown = JSON.parse(text);
    return { text, parsed: parsePolicy(document, 'the key policy', 'names-principals') };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KmsError('MalformedPolicyDocumentException', `The new key policy is not valid: ${reason}`);
  }
}

function authorizedKey({ state, signed, input }: KmsCall, action: string, keys: ConditionKeys = []): Key {
  const { account } = signed.caller.principal;
  const id = textOf(input, 'KeyId');
  const arn = id.startsWith('arn:')
    ? id
    : `arn:${account.partition}:kms:${signed.region}:${account.id}:key/${id}`;
  const key = state.keys.get(arn);
  if (key === undefined || key.region !== signed.region) {
    throw new KmsError('NotFoundException', `Key '${arn}' does not exist`);
  }
  const policy = { kind: 'resource', ...key.policy.parsed, mustAllow: true } as const;
  const caller = [['kms:CallerAccount', account.id]] as const;
  enforce(signed, { action, resource: key.arn, account: key.account, policy, keys: [...caller, ...keys] });
  return key;
}

function enforce(signed: SignedCall, access: Parameters<typeof denialReason>[1]): void {
  const denied = denialReason(signed, access);
  if (denied === undefined) return;
  const { action, resource } = access;
  const message = `User: ${signed.caller.arn} is not authorized to perform: ${action} on resource: ${resource}${denied}`;
  throw new KmsError('AccessDeniedException', message);
}

function usableKey(key: Key): Key {
  if (key.deletionAt !== undefined) {
    throw new KmsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
  }
  return key;
}

function readContext({ EncryptionContext: context }: JsonObject): EncryptionContext {
  if (context === undefined) return new Map();
  if (!isObject(context)) throw new KmsError('SerializationException', '');
  return new Map(Object.keys(context).map((key) => [key, textOf(context, key)]));
}

function contextKeys(context: EncryptionContext): ConditionKeys {
  if (context.size === 0) return [];
  const values = [...context].map(([key, value]) => [`kms:EncryptionContext:${key}`, value] as const);
  return [['kms:EncryptionContextKeys', [...context.keys()]], ...values];
}

function textOf(input: JsonObject, name: string): string {
  const value = input[name];
  if (typeof value === 'string') return value;
  if (value !== undefined) throw new KmsError('SerializationException', '');
  throw invalid(`Value null at '${name}' failed to satisfy constraint: Member must not be null`);
}

function readBlob(input: JsonObject, name: string): Buffer {
  const text = textOf(input, name);
  const blob = Buffer.from(text, 'base64');
  if (blob.length === 0) {
    throw invalid(
      `Value at '${name}' failed to satisfy constraint: Member must have length greater than or equal to 1`,
    );
  }
  return blob;
}

function metadata(key: Key): object {
  return {
    AWSAccountId: key.account.id,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: key.createdAt / 1000,
    Enabled: key.deletionAt === undefined,
    Description: key.description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: key.deletionAt === undefined ? 'Enabled' : 'PendingDeletion',
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
  };
}
