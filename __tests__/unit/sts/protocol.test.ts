import * as clientSts from '@aws-sdk/client-sts';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { parseUrl } from '@smithy/core/protocols';
import { operation } from '@smithy/core/schema';
import { fromBase64, fromUtf8, toBase64, toUtf8 } from '@smithy/core/serde';
import fc from 'fast-check';
import { createProtocol } from '../../../src/sts/protocol.js';
import { anyText } from '../../support/texts.js';

/*
 * Both directions of STS's language, held to what the AWS SDK makes of the same by its models of the calls.
 */

const URL_OF_STS = 'https://sts.eu-west-1.amazonaws.com/';
const SETTINGS = {
  region: 'eu-west-1',
  endpoint: undefined,
  useFips: false,
  useDualstack: false,
  userAgent: [],
};

const text = fc.oneof(fc.string(), anyText(), fc.constantFrom('a b', "!'()*~", '+&=%', '\n'));
const optional = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.option(value, { nil: undefined });
const seconds = fc.integer({ min: 0, max: 129_600 });
const tags = fc.array(fc.record({ Key: text, Value: text }), { minLength: 1, maxLength: 12 });
const policies = {
  Policy: optional(text),
  PolicyArns: optional(fc.array(fc.record({ arn: text }), { minLength: 1, maxLength: 11 })),
};
const keys = fc.array(text, { minLength: 1, maxLength: 3 });
const mfa = { SerialNumber: optional(text), TokenCode: optional(text) };
const role = { RoleArn: text, DurationSeconds: seconds, ...policies };

/** Every call that src/ makes, by its name, with the parameters that it may have. */
const CALLS: Readonly<Record<string, fc.Arbitrary<object>>> = {
  AssumeRole: fc.record({
    ...role,
    ...mfa,
    RoleSessionName: text,
    ExternalId: optional(text),
    SourceIdentity: optional(text),
    Tags: optional(tags),
    TransitiveTagKeys: optional(keys),
  }),
  AssumeRoleWithSAML: fc.record({ ...role, PrincipalArn: text, SAMLAssertion: text }),
  AssumeRoleWithWebIdentity: fc.record({ ...role, RoleSessionName: text, WebIdentityToken: text }),
  GetCallerIdentity: fc.constant({}),
  GetFederationToken: fc.record({ Name: text, DurationSeconds: seconds, ...policies, Tags: optional(tags) }),
  GetSessionToken: fc.record({ DurationSeconds: seconds, ...mfa }),
};

const SERDE = {
  base64Decoder: fromBase64,
  base64Encoder: toBase64,
  utf8Decoder: fromUtf8,
  utf8Encoder: toUtf8,
  streamCollector: async () => new Uint8Array(),
};

async function pathOfClient(endpoint: string): Promise<string> {
  let path = '';
  const requestHandler = {
    async handle(request: { readonly path: string }): Promise<never> {
      path = request.path;
      throw new Error('nothing is sent here');
    },
  };
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x' };
  const client = new clientSts.STSClient({
    region: 'eu-west-1',
    endpoint,
    credentials,
    requestHandler,
    maxAttempts: 1,
  });
  await client.send(new clientSts.GetCallerIdentityCommand({})).catch(() => {});
  return path;
}

function sdk(name: string) {
  const [, namespace, , traits, input, output] = Reflect.get(clientSts, `${name}$`);
  const model = operation(namespace, name, traits, input, output);
  const protocol = new AwsQueryProtocol({
    defaultNamespace: namespace,
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    version: '2011-06-15',
    errorTypeRegistries: clientSts.errorTypeRegistries,
  });
  protocol.setSerdeContext(SERDE);
  return {
    request: (parameters: object) =>
      protocol.serializeRequest(model, parameters, { ...SERDE, endpoint: async () => parseUrl(URL_OF_STS) }),
    async result(body: string) {
      const response = { statusCode: 200, headers: {}, body: Uint8Array.from(Buffer.from(body)) };
      const { $metadata: _, ...result } = await protocol.deserializeResponse(model, SERDE, response);
      return result;
    },
  };
}

const ours = (name: string) => {
  const wire = createProtocol(name, SETTINGS);
  return {
    request: (parameters: object) => wire.request(parameters, undefined, 0),
    result: (body: string) => wire.result<object>({ status: 200, headers: {}, body: Buffer.from(body) }),
  };
};

describe('a request', () => {
  it.each(Object.entries(CALLS))(
    "%s says what the SDK's says, byte for byte but for the order",
    async (name, parameters) => {
      await fc.assert(
        fc.asyncProperty(parameters, async (given) => {
          const [own, theirs] = [await ours(name).request(given), await sdk(name).request(given)];
          expect(own.body.split('&').sort()).toEqual(String(theirs.body).split('&').sort());
          expect(own.body).toMatch(new RegExp(`^Action=${name}&Version=2011-06-15(&|$)`));
          expect(own.method).toBe(theirs.method);
          expect(own.headers).toMatchObject(theirs.headers);
          expect(own.headers['content-length']).toBe(String(Buffer.byteLength(own.body)));
        }),
      );
    },
  );

  it.each(['/', '/sts', '/sts/', '/a%20b/%2F/c', '/v1//x'])(
    "to a server of one's own at %s goes where the SDK's client goes",
    async (path) => {
      const endpoint = `http://localhost:8080${path}`;
      const wire = createProtocol('GetCallerIdentity', { ...SETTINGS, endpoint: new URL(endpoint) });
      const { url } = await wire.request({}, undefined, 0);
      expect(url.pathname).toBe(await pathOfClient(endpoint));
    },
  );

  it('may have more than nine of something', async () => {
    const Tags = Array.from({ length: 11 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }));
    const { body } = await ours('AssumeRole').request({ Tags });
    expect(body).toContain('&Tags.member.11.Key=k10&Tags.member.11.Value=v');
  });
});

const xmlText = text.map((one) => one.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`));
const time = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const written = fc.constantFrom<(iso: string) => string>(
  (iso) => iso,
  (iso) => iso.replace(/\.\d+/, ''),
  (iso) => iso.replace('Z', '+01:30'),
  (iso) => iso.replace('Z', '-00:00'),
  (iso) => iso.toLowerCase(),
  (iso) => iso.replace(/\.\d+/, '.5'),
);
const blank = fc.constantFrom('', '\n  ', '\r\n', '<!-- a note -->', '<?pi?>');
/** An element as servers write it: with attributes or without, as CDATA, or as nothing at all. */
const element = (name: string, content: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom('', ' xmlns="n"', " a='1' b='2'"), content, blank)
    .map(([attributes, inner, after]) => `<${name}${attributes}>${inner}</${name}>${after}`);
const maybe = (one: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 6, arbitrary: one }, { weight: 1, arbitrary: fc.constant('') });
const leaf = (name: string): fc.Arbitrary<string> => {
  const value = fc.oneof(xmlText, fc.constantFrom('<![CDATA[a<b]]>', 'AROA&amp;:x'));
  return maybe(
    element(
      name,
      value.filter((one) => one.trim() !== ''),
    ),
  );
};
const group = (name: string, ...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  maybe(
    element(
      name,
      fc
        .tuple(
          blank.map((one) => one),
          ...parts,
        )
        .map((all) => all.join('')),
    ),
  );
const credentials = group(
  'Credentials',
  ...['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map(leaf),
  element(
    'Expiration',
    fc.tuple(time, written).map(([iso, write]) => write(iso)),
  ),
);
const RESULTS: Readonly<Record<string, readonly fc.Arbitrary<string>[]>> = {
  AssumeRole: [credentials, group('AssumedRoleUser', leaf('AssumedRoleId'), leaf('Arn'))],
  AssumeRoleWithSAML: [
    credentials,
    group('AssumedRoleUser', leaf('AssumedRoleId'), leaf('Arn')),
    leaf('Issuer'),
  ],
  AssumeRoleWithWebIdentity: [
    group('AssumedRoleUser', leaf('AssumedRoleId'), leaf('Arn')),
    credentials,
    leaf('Provider'),
  ],
  GetCallerIdentity: [leaf('UserId'), leaf('Account'), leaf('Arn')],
  GetFederationToken: [credentials, group('FederatedUser', leaf('FederatedUserId'), leaf('Arn'))],
  GetSessionToken: [credentials],
};

/** The SDK takes what its model knows; ours has the elements' attributes as well. */
function withoutAttributes(result: object): object {
  const isAttribute = (name: string): boolean => ['xmlns', 'a', 'b'].includes(name);
  const fields = Object.entries(result).filter(([name]) => !isAttribute(name));
  const isGroup = (value: unknown): value is object => typeof value === 'object' && !(value instanceof Date);
  return Object.fromEntries(
    fields.map(([name, value]) => [name, isGroup(value) ? withoutAttributes(value) : value]),
  );
}

describe('an answer', () => {
  it.each(Object.entries(RESULTS))('to %s is read as the SDK reads it', async (name, parts) => {
    const result = element(
      `${name}Result`,
      fc.tuple(blank, ...parts).map((all) => all.join('')),
    );
    const metadata = '<ResponseMetadata><RequestId>x</RequestId></ResponseMetadata>';
    const start = fc.constantFrom('', '<?xml version="1.0" encoding="UTF-8"?>\n', '<!-- hello -->');
    const body = fc
      .tuple(start, blank, result)
      .map(
        ([before, between, inner]) =>
          `${before}<${name}Response xmlns="s">${between}${inner}${metadata}</${name}Response>`,
      );
    await fc.assert(
      fc.asyncProperty(body, async (answer) => {
        expect(withoutAttributes(await ours(name).result(answer))).toEqual(await sdk(name).result(answer));
      }),
      { numRuns: 300 },
    );
  });

  const answer = (result: string): string =>
    `<GetSessionTokenResponse><GetSessionTokenResult>${result}</GetSessionTokenResult></GetSessionTokenResponse>`;

  it.each<[string, string, object]>([
    [
      'with blanks between its elements',
      answer(' <Credentials> <AccessKeyId>1</AccessKeyId> </Credentials> '),
      { Credentials: { AccessKeyId: '1' } },
    ],
    [
      'with an element twice, of which nobody knows which counts,',
      answer('<Credentials><A>1</A><A>2</A><B>3</B></Credentials>'),
      { Credentials: { B: '3' } },
    ],
    ['with elements where a text should be', answer('<Arn><A>1</A></Arn><B>2</B>'), { B: '2' }],
    [
      'with an end of nothing',
      answer('<Expiration>never</Expiration><A>1</A>'),
      { Expiration: 'never', A: '1' },
    ],
    ['with text where elements should be', answer('<Credentials>1</Credentials>'), { Credentials: {} }],
    ['with a name that objects have', answer('<__proto__><A>1</A></__proto__>'), {}],
    ['to another call', '<XResponse><XResult><A>1</A></XResult></XResponse>', {}],
    ['with its result twice', answer('</GetSessionTokenResult><GetSessionTokenResult>'), {}],
    ['without elements', '<html>no</html>', {}],
  ])('%s is read as far as it goes', async (_, body, result) => {
    expect(await ours('GetSessionToken').result(body)).toEqual(result);
  });

  it.each([
    '',
    'soon',
    '1893456000',
    '2030-13-01T00:00:00Z',
    '2030-01-01T00:00:00',
    '2030-01-01',
    'Tue, 01 Jan 2030 00:00:00 GMT',
  ])('has no end at "%s"', async (end) => {
    const body = answer(`<Credentials><Expiration>${end}</Expiration></Credentials>`);
    await expect(ours('GetSessionToken').result(body)).rejects.toThrow('Expiration is not a timestamp');
  });

  it.each(['', '<', 'no', '<a>', '<a></b>', '<a/'.repeat(2), '<a>'.repeat(20_000)])(
    'that is no XML is an error (%.9s)',
    async (body) => {
      await expect(ours('GetSessionToken').result(body)).rejects.toThrow();
    },
  );
});
