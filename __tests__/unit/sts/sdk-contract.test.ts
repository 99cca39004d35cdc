import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as providers from '@aws-sdk/credential-provider-node';
import * as xml from '@aws-sdk/xml-builder';
import * as checksum from '@smithy/core/checksum';
import * as signature from '@smithy/signature-v4';
import { mappingAt } from '../../support/mapping.js';
import { ROOT } from '../../support/pages.js';

/*
 * What src/ takes from inside the AWS SDK, some of which the SDK does not promise (docs/adr/0006-parts-of-the-sdk.md).
 * Each has a test here, so that an update which changes one fails with its name. `npm run build:fallback` builds
 * without them.
 */

const KEYS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};

/** What each export must do, by package and name. */
const CONTRACT: Readonly<Record<string, Readonly<Record<string, () => unknown>>>> = {
  '@aws-sdk/credential-provider-node': {
    defaultProvider: () => {
      expect(providers.defaultProvider({ clientConfig: { region: 'us-east-1' }, timeout: 300 })).toEqual(
        expect.any(Function),
      );
    },
  },
  '@aws-sdk/xml-builder': {
    parseXML: () => {
      expect(xml.parseXML('<?xml version="1.0"?><a xmlns="n"><b> 1 &amp; 2 </b><c x="y">z</c></a>')).toEqual({
        a: { xmlns: 'n', b: ' 1 & 2 ', c: { x: 'y', '#text': 'z' } },
      });
      expect(() => xml.parseXML('<a><b></a>')).toThrow();
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
  '@aws-sdk/credential-provider-node': providers,
  '@aws-sdk/xml-builder': xml,
  '@smithy/core/checksum': checksum,
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
