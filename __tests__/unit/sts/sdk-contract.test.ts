import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as clientSts from '@aws-sdk/client-sts';
import * as awsProtocols from '@aws-sdk/core/protocols';
import * as providers from '@aws-sdk/credential-provider-node';
import * as checksum from '@smithy/core/checksum';
import * as protocols from '@smithy/core/protocols';
import * as schema from '@smithy/core/schema';
import * as serde from '@smithy/core/serde';
import * as signature from '@smithy/signature-v4';
import { mappingAt } from '../../support/mapping.js';
import { ROOT } from '../../support/pages.js';

/*
 * What src/ takes from inside the AWS SDK, some of which the SDK does not promise (docs/adr/0006-parts-of-the-sdk.md).
 * Each has a test here, so that an update which changes one fails with its name. `npm run build:fallback` builds
 * without them.
 */

const STS = 'com.amazonaws.sts';
const KEYS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const CALLS = {
  AssumeRole$: 'AssumeRole',
  AssumeRoleWithSAML$: 'AssumeRoleWithSAML',
  AssumeRoleWithWebIdentity$: 'AssumeRoleWithWebIdentity',
  GetCallerIdentity$: 'GetCallerIdentity',
  GetFederationToken$: 'GetFederationToken',
  GetSessionToken$: 'GetSessionToken',
} as const;

const operationOf = ([, namespace, name, traits, input, output]: typeof clientSts.GetCallerIdentity$) =>
  schema.operation(namespace, name, traits, input, output);

function query() {
  const protocol = new awsProtocols.AwsQueryProtocol({
    defaultNamespace: STS,
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    version: '2011-06-15',
    errorTypeRegistries: clientSts.errorTypeRegistries,
  });
  const context = {
    base64Decoder: serde.fromBase64,
    base64Encoder: serde.toBase64,
    utf8Decoder: serde.fromUtf8,
    utf8Encoder: serde.toUtf8,
    streamCollector: async () => new Uint8Array(),
  };
  protocol.setSerdeContext(context);
  return { protocol, context };
}

/** What each export must do, by package and name. */
const CONTRACT: Readonly<Record<string, Readonly<Record<string, () => unknown>>>> = {
  '@aws-sdk/client-sts': {
    ...Object.fromEntries(
      Object.entries(CALLS).map(([name, call]) => [
        name,
        () => {
          const model: unknown = Reflect.get(clientSts, name);
          // protocol.ts takes the parts of the model by their places.
          expect(model).toEqual([
            9,
            STS,
            call,
            expect.anything(),
            expect.any(Function),
            expect.any(Function),
          ]);
        },
      ]),
    ),
    errorTypeRegistries: () => {
      expect(clientSts.errorTypeRegistries.length).toBeGreaterThan(0);
      const own = clientSts.errorTypeRegistries.find((registry) => registry.namespace === STS);
      expect(() => own?.getSchema('IDPRejectedClaimException')).not.toThrow();
      expect(own?.getSchema('IDPRejectedClaimException')).toBeDefined();
    },
  },
  '@aws-sdk/core/protocols': {
    AwsQueryProtocol: async () => {
      const { protocol, context } = query();
      const operation = operationOf(clientSts.GetCallerIdentity$);
      const endpoint = async () => protocols.parseUrl('https://sts.eu-west-1.amazonaws.com/');
      const request = await protocol.serializeRequest(operation, {}, { ...context, endpoint });
      expect(request).toMatchObject({
        method: 'POST',
        hostname: 'sts.eu-west-1.amazonaws.com',
        path: '/',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'Action=GetCallerIdentity&Version=2011-06-15',
      });
      const body = Buffer.from(
        '<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
      );
      const response = { statusCode: 200, headers: {}, body: Uint8Array.from(body) };
      const result: unknown = await protocol.deserializeResponse(operation, context, response);
      expect(result).toMatchObject({ Account: '1' });
    },
  },
  '@aws-sdk/credential-provider-node': {
    defaultProvider: () => {
      expect(providers.defaultProvider({ clientConfig: { region: 'us-east-1' }, timeout: 300 })).toEqual(
        expect.any(Function),
      );
    },
  },
  '@smithy/core/checksum': {
    Sha256: async () => {
      const hash = new checksum.Sha256();
      hash.update(Buffer.from('abc'));
      const expected = createHash('sha256').update('abc').digest('hex');
      expect(Buffer.from(await hash.digest()).toString('hex')).toBe(expected);
    },
  },
  '@smithy/core/protocols': {
    parseUrl: () =>
      expect(protocols.parseUrl(new URL('http://127.0.0.1:8080/sts/'))).toEqual({
        protocol: 'http:',
        hostname: '127.0.0.1',
        port: 8080,
        path: '/sts/',
        query: undefined,
      }),
  },
  '@smithy/core/schema': {
    operation: () =>
      expect(operationOf(clientSts.GetCallerIdentity$)).toMatchObject({
        namespace: STS,
        name: 'GetCallerIdentity',
      }),
  },
  '@smithy/core/serde': {
    fromBase64: () => expect([...serde.fromBase64('AAE=')]).toEqual([0, 1]),
    fromUtf8: () => expect([...serde.fromUtf8('é')]).toEqual([0xc3, 0xa9]),
    toBase64: () => expect(serde.toBase64(Uint8Array.of(0, 1))).toBe('AAE='),
    toUtf8: () => expect(serde.toUtf8(Uint8Array.of(0xc3, 0xa9))).toBe('é'),
  },
  '@smithy/signature-v4': {
    SignatureV4: async () => {
      // The request "get-vanilla" that AWS has published with its signature.
      const signer = new signature.SignatureV4({
        credentials: KEYS,
        region: 'us-east-1',
        service: 'service',
        sha256: checksum.Sha256,
        applyChecksum: false,
      });
      const request = {
        method: 'GET',
        protocol: 'https:',
        hostname: 'example.amazonaws.com',
        path: '/',
        query: {},
        headers: { host: 'example.amazonaws.com' },
      };
      const signed = await signer.sign(request, { signingDate: new Date('2015-08-30T12:36:00Z') });
      expect(signed.headers['authorization']).toBe(
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
      );
    },
  },
};

const MODULES: Readonly<Record<string, object>> = {
  '@aws-sdk/client-sts': clientSts,
  '@aws-sdk/core/protocols': awsProtocols,
  '@aws-sdk/credential-provider-node': providers,
  '@smithy/core/checksum': checksum,
  '@smithy/core/protocols': protocols,
  '@smithy/core/schema': schema,
  '@smithy/core/serde': serde,
  '@smithy/signature-v4': signature,
};

const exports = Object.entries(CONTRACT).flatMap(([from, names]) =>
  Object.entries(names).map(([name, verify]) => ({ from, name, verify })),
);

describe('the AWS SDK keeps what src/ takes from it:', () => {
  test.each(exports)('$from exports $name, which does what it did', async ({ from, name, verify }) => {
    const missing = `${from} no longer exports ${name}: see docs/adr/0006-parts-of-the-sdk.md`;
    const isThere = Reflect.get(MODULES[from] ?? {}, name) !== undefined;
    expect(isThere ? name : missing).toBe(name);
    await verify();
  });

  test('and each of these has a test here', () => {
    const used = new Set(sources().flatMap(importedFromSdk));
    expect([...used].sort()).toEqual(exports.map(({ from, name }) => `${from} ${name}`).sort());
  });

  test.each([
    ['@actions/core', 'lib/summary.js', 'summary'],
    ['@actions/github', 'lib/context.js', 'Context'],
  ])('%s has %s with %s, which scripts/bundle-shims.mjs bundles alone', async (name, file, wanted) => {
    const module: unknown = await import(pathToFileURL(join(ROOT, 'node_modules', name, file)).href);
    expect(Object.keys(mappingAt({ ...mappingAt(module) }))).toContain(wanted);
  });
});

test('its packages are pinned to one version each', () => {
  const manifest = mappingAt(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
  const all = { ...mappingAt(manifest['dependencies']), ...mappingAt(manifest['devDependencies']) };
  const ofAws = Object.entries(all).filter(([name]) => /^@(aws-sdk|smithy)\//.test(name));
  expect(ofAws.length).toBeGreaterThan(4);
  expect(ofAws.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([]);
});

function sources(): readonly string[] {
  const directory = join(ROOT, 'src');
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(directory, path), 'utf8'));
}

/** The values, not the types, that a source takes from the AWS SDK. */
function importedFromSdk(text: string): readonly string[] {
  const statements = text.matchAll(/^(?:import|export) \{([^}]*)\} from '(@(?:aws-sdk|smithy)\/[^']+)';/gm);
  return [...statements].flatMap(([, names = '', from = '']) =>
    names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type '))
      .map((name) => `${from} ${name.replace(/ as .*/, '')}`),
  );
}
