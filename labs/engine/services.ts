import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseXml, type XmlElement } from '../../sandbox/aws/saml/xml-elements.js';
import { isObject } from '../../sandbox/core/json.js';
import type { Keys, LabFolder } from './client.js';
import type { AwsCommand } from './command.js';
import { type InputValue, inputOf, pascal } from './input.js';
import { sendSigned, type WireAnswer } from './wire.js';

/** A refusal by AWS. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    readonly operation: string,
    message: string,
  ) {
    super(message);
  }
}

/** Sends a command to IAM's Query API; the answer as JSON. */
export async function callIam(command: AwsCommand, folder: LabFolder, keys: Keys): Promise<unknown> {
  const action = pascal(command.operation);
  const fields = [['Action', action], ['Version', '2010-05-08'], ...flatten(inputOf(command, folder.path))];
  const answer = await sendSigned(folder.endpoint, folder.region, keys, {
    service: 'iam',
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams(Object.fromEntries(fields)).toString(),
  });
  const root = parseXml(answer.body.toString('utf8'));
  if (root === undefined) throw new Error(`IAM's answer is not XML: ${answer.status}`);
  if (answer.status !== 200) throw refusalOf(root, action);
  const outfile = command.options.get('outfile')?.[0];
  if (outfile !== undefined) return bootstrap(root, join(folder.path, outfile));
  return jsonOf(
    [...root.childNodes].filter(isElement).find(({ localName }) => localName === `${action}Result`),
  );
}

/** The AWS CLI puts the secret of a new MFA device into a file and does not print it. */
function bootstrap(root: XmlElement, path: string): unknown {
  const text = (name: string): string => root.getElementsByTagNameNS('*', name).item(0)?.textContent ?? '';
  writeFileSync(path, Buffer.from(text('Base32StringSeed'), 'base64'), { mode: 0o600 });
  return { VirtualMFADevice: { SerialNumber: text('SerialNumber') } };
}

/** Sends a command to KMS's JSON API; the answer as JSON. */
export async function callKms(command: AwsCommand, folder: LabFolder, keys: Keys): Promise<unknown> {
  const action = pascal(command.operation);
  const answer = await sendSigned(folder.endpoint, folder.region, keys, {
    service: 'kms',
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${action}` },
    body: JSON.stringify(inputOf(command, folder.path), (_, value: unknown) => base64OfBuffer(value)),
  });
  const body: unknown = JSON.parse(answer.body.toString('utf8'));
  if (answer.status === 200) return body;
  const { __type: type, message } = isObject(body) ? body : {};
  throw new Refused(String(type), action, String(message ?? ''));
}

// JSON.stringify has called Buffer's own toJSON before it asks.
function base64OfBuffer(value: unknown): unknown {
  if (!isObject(value) || value.type !== 'Buffer' || !Array.isArray(value.data)) return value;
  return Buffer.from(value.data.map(Number)).toString('base64');
}

/** Throws the refusal that S3 answered, if it did. */
export function checkS3(answer: WireAnswer, operation: string): void {
  if (answer.status < 300) return;
  const root = parseXml(answer.body.toString('utf8'));
  // A HEAD request has no body to say more.
  if (root === undefined) throw new Refused(String(answer.status), operation, 'Not Found');
  throw refusalOf(root, operation);
}

function refusalOf(root: XmlElement, operation: string): Refused {
  const text = (name: string): string => root.getElementsByTagNameNS('*', name).item(0)?.textContent ?? '';
  return new Refused(text('Code'), operation, text('Message'));
}

/** The fields of the Query protocol: `Tags.member.1.Key`. */
function flatten(value: InputValue, path = ''): readonly string[][] {
  const at = (name: string | number): string => (path === '' ? String(name) : `${path}.${name}`);
  if (typeof value === 'string' || typeof value === 'number' || Buffer.isBuffer(value))
    return [[path, String(value)]];
  if (isInputList(value)) return value.flatMap((item, index) => flatten(item, `${path}.member.${index + 1}`));
  return Object.entries(value).flatMap(([name, item]) => flatten(item, at(name)));
}

function isInputList(value: InputValue): value is readonly InputValue[] {
  return Array.isArray(value);
}

/** What the AWS CLI makes of an answer in XML: `member`s are a list, and policies are no longer encoded. */
function jsonOf(element: XmlElement | undefined): unknown {
  if (element === undefined) return undefined;
  const children = [...element.childNodes].filter(isElement);
  if (children.length === 0) return decoded(element.textContent ?? '');
  if (children.every(({ localName }) => localName === 'member')) return children.map(jsonOf);
  return Object.fromEntries(children.map((child) => [child.localName, jsonOf(child)]));
}

function decoded(text: string): unknown {
  if (!text.startsWith('%7B')) return text;
  const document: unknown = JSON.parse(decodeURIComponent(text));
  return document;
}

function isElement(node: unknown): node is XmlElement {
  return typeof node === 'object' && node !== null && 'localName' in node && node.localName !== null;
}
