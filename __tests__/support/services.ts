import { createHash } from 'node:crypto';
import type { Keys } from '../../labs/engine/client.js';
import { sendSigned, type WireRequest } from '../../labs/engine/wire.js';
import type { Cloud } from '../../sandbox/cloud.js';
import { element, keysOf, signed } from './sts-client.js';

/** The administrator of an account of its own, whose key is AWS's documentation's. */
export const ADMIN: Keys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
/** The same of another account. */
export const STRANGER: Keys = {
  accessKeyId: 'AKIAI44QH8DHBEXAMPLE',
  secretAccessKey: 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY',
};

export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';

const administrator = ({ accessKeyId, secretAccessKey }: Keys) => ({
  users: {
    admin: {
      accessKeys: { [accessKeyId]: secretAccessKey },
      permissions: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    },
  },
});

/** Two accounts, each with an administrator. */
export const TWO_ACCOUNTS = {
  accounts: { [ACCOUNT]: administrator(ADMIN), [OTHER_ACCOUNT]: administrator(STRANGER) },
};

/** What a service answered: of an XML or JSON error the code and the message. */
export interface ServiceAnswer {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly text: string;
  readonly headers: Headers;
}

/** Sends a request that the AWS SDK's signer signs. */
export async function send(
  cloud: Cloud,
  keys: Keys,
  request: WireRequest,
  region = 'us-east-1',
): Promise<ServiceAnswer> {
  const { status, headers, body } = await sendSigned(cloud.awsUrl, region, keys, request);
  const text = body.toString('utf8');
  if (!text.startsWith('{')) {
    return { status, code: element(text, 'Code'), message: element(text, 'Message'), text, headers };
  }
  const { __type: code, message }: { __type?: string; message?: string } = JSON.parse(text);
  return { status, code, message, text, headers };
}

/** Sends a request to S3. */
export function s3(
  cloud: Cloud,
  keys: Keys,
  method: string,
  path: string,
  more: Omit<Partial<WireRequest>, 'service' | 'method' | 'path'> = {},
): Promise<ServiceAnswer> {
  return send(cloud, keys, { service: 's3', method, path, ...more });
}

/** Sends an operation to IAM. */
export function iam(
  cloud: Cloud,
  keys: Keys,
  action: string,
  params: Readonly<Record<string, string>> = {},
): Promise<ServiceAnswer> {
  const body = new URLSearchParams({ Action: action, Version: '2010-05-08', ...params }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return send(cloud, keys, { service: 'iam', method: 'POST', path: '/', headers, body });
}

/** Sends an operation to KMS. */
export function kms(
  cloud: Cloud,
  keys: Keys,
  action: string,
  input: object,
  region?: string,
): Promise<ServiceAnswer> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${action}` };
  const body = JSON.stringify(input);
  return send(cloud, keys, { service: 'kms', method: 'POST', path: '/', headers, body }, region);
}

/** A policy document with one statement, as JSON. */
export function document(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

/** Makes a role that the account's users may assume, with these permissions; a session of it. */
export async function sessionOf(
  cloud: Cloud,
  name: string,
  permissions: object,
  more: Readonly<Record<string, string>> = {},
): Promise<Keys> {
  const principal = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
  const trust = document({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' });
  await iam(cloud, ADMIN, 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: trust });
  const own = document({ Effect: 'Allow', Resource: '*', ...permissions });
  await iam(cloud, ADMIN, 'PutRolePolicy', { RoleName: name, PolicyName: 'own', PolicyDocument: own });
  return assume(cloud, name, more);
}

/** Another session of a role. */
export async function assume(
  cloud: Cloud,
  name: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Keys> {
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
  return keysOf(
    await signed(cloud, ADMIN, { Action: 'AssumeRole', RoleArn, RoleSessionName: 'test', ...more }),
  );
}

/** A digest in base64. */
export function digest(algorithm: string, text: string): string {
  return createHash(algorithm).update(text).digest('base64');
}
