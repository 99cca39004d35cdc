import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { elementsIn, parseXml, textOf, type XmlElement } from '../../sandbox/aws/saml/xml-elements.js';
import type { Keys, LabFolder } from './client.js';
import { type AwsCommand, optionOf } from './command.js';
import { readValue } from './input.js';
import { checkS3 } from './services.js';
import { sendSigned, type WireAnswer, type WireRequest } from './wire.js';

type Send = (operation: string, request: Omit<WireRequest, 'service'>) => Promise<WireAnswer>;

/** Does what `aws s3` and `aws s3api` do, as far as the labs need it; what the AWS CLI would print. */
export async function runS3(command: AwsCommand, folder: LabFolder, keys: Keys): Promise<string> {
  const send: Send = async (operation, request) => {
    const answer = await sendSigned(folder.endpoint, folder.region, keys, { service: 's3', ...request });
    checkS3(answer, operation);
    return answer;
  };
  const commands = command.service === 's3' ? S3 : S3API;
  const run = commands[command.operation];
  if (run === undefined) throw new Error(`no lab uses aws ${command.service} ${command.operation}`);
  return run(command, send, folder);
}

type Run = (command: AwsCommand, send: Send, folder: LabFolder) => Promise<string>;

const S3: Readonly<Record<string, Run>> = {
  mb: async ({ positional }, send, folder) => {
    const { bucket } = location(positional[0]);
    const constraint = `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${folder.region}</LocationConstraint></CreateBucketConfiguration>`;
    const body = folder.region === 'us-east-1' ? '' : constraint;
    await send('CreateBucket', { method: 'PUT', path: `/${bucket}`, body });
    return `make_bucket: ${bucket}`;
  },
  rb: async ({ positional }, send) => {
    const { bucket } = location(positional[0]);
    await send('DeleteBucket', { method: 'DELETE', path: `/${bucket}` });
    return `remove_bucket: ${bucket}`;
  },
  ls: async ({ positional }, send) => {
    const [target] = positional;
    if (target === undefined) {
      const buckets = await list(await send('ListBuckets', { method: 'GET', path: '/' }), 'Bucket');
      return buckets
        .map((one) => `${listTime(inside(one, 'CreationDate'))} ${inside(one, 'Name')}`)
        .join('\n');
    }
    const { bucket, key } = location(target);
    const query = { 'list-type': '2', prefix: key, delimiter: '/' };
    const objects = list(
      await send('ListObjectsV2', { method: 'GET', path: `/${bucket}`, query }),
      'Contents',
    );
    return objects
      .map((one) => {
        const name = inside(one, 'Key').slice(key.lastIndexOf('/') + 1);
        return `${listTime(inside(one, 'LastModified'))} ${inside(one, 'Size').padStart(10)} ${name}`;
      })
      .join('\n');
  },
  cp: async ({ positional: [from = '', to = ''] }, send, folder) => {
    if (to.startsWith('s3://')) {
      const body = readFileSync(join(folder.path, from));
      const { bucket, key } = location(to);
      await send('PutObject', { method: 'PUT', path: `/${bucket}/${key || basename(from)}`, body });
      return `upload: ./${from} to ${to}`;
    }
    const { bucket, key } = location(from);
    const { body } = await send('GetObject', { method: 'GET', path: `/${bucket}/${key}` });
    if (to === '-') return body.toString('utf8').trimEnd();
    writeFileSync(join(folder.path, to), body);
    return `download: ${from} to ./${to}`;
  },
  rm: async ({ positional, options }, send) => {
    const { bucket, key } = location(positional[0]);
    const query = { 'list-type': '2', prefix: key };
    const keys = options.has('recursive')
      ? list(await send('ListObjectsV2', { method: 'GET', path: `/${bucket}`, query }), 'Contents').map(
          (one) => inside(one, 'Key'),
        )
      : [key];
    for (const one of keys) await send('DeleteObject', { method: 'DELETE', path: `/${bucket}/${one}` });
    return keys.map((one) => `delete: s3://${bucket}/${one}`).join('\n');
  },
};

const S3API: Readonly<Record<string, Run>> = {
  'put-object': async (command, send, folder) => {
    const tagging = command.options.get('tagging')?.[0];
    const { headers } = await send('PutObject', {
      method: 'PUT',
      path: objectPath(command),
      headers: tagging === undefined ? {} : { 'x-amz-tagging': tagging },
      body: readFileSync(join(folder.path, optionOf(command, 'body'))),
    });
    return json({ ETag: headers.get('etag') });
  },
  'get-object': async (command, send, folder) => {
    const { headers, body } = await send('GetObject', { method: 'GET', path: objectPath(command) });
    writeFileSync(join(folder.path, command.positional[0] ?? optionOf(command, 'key')), body);
    const count = headers.get('x-amz-tagging-count');
    return json({
      ContentLength: body.length,
      ETag: headers.get('etag'),
      ContentType: headers.get('content-type'),
      ...(count !== null && { TagCount: Number(count) }),
    });
  },
  'get-object-tagging': async (command, send) => {
    const query = { tagging: '' };
    const answer = await send('GetObjectTagging', { method: 'GET', path: objectPath(command), query });
    const TagSet = list(answer, 'Tag').map((tag) => ({
      Key: inside(tag, 'Key'),
      Value: inside(tag, 'Value'),
    }));
    return json({ TagSet });
  },
  'put-bucket-policy': async (command, send, folder) => {
    const body = readValue(optionOf(command, 'policy'), folder.path);
    const path = `/${optionOf(command, 'bucket')}`;
    await send('PutBucketPolicy', { method: 'PUT', path, query: { policy: '' }, body });
    return '';
  },
};

function objectPath(command: AwsCommand): string {
  return `/${optionOf(command, 'bucket')}/${optionOf(command, 'key')}`;
}

function location(text = ''): { readonly bucket: string; readonly key: string } {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(text) ?? [];
  if (bucket === undefined) throw new Error(`"${text}" is not s3://BUCKET/KEY`);
  return { bucket, key };
}

function list({ body }: WireAnswer, name: string): readonly XmlElement[] {
  const root = parseXml(body.toString('utf8'));
  return root === undefined ? [] : elementsIn(root, '*', name);
}

function inside(element: XmlElement, name: string): string {
  return textOf(elementsIn(element, '*', name)[0]) ?? '';
}

function listTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}

function json(value: object): string {
  return JSON.stringify(value, null, 4);
}
