import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A self-signed certificate for these names and IPv4 addresses, made anew so that no private key lies in the repository. */
export function makeCertificate(names: readonly string[] = ['localhost']): {
  readonly key: string;
  readonly cert: string;
} {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const lines = certify(keys, names).toString('base64').replace(/.{64}/g, '$&\n');
  return {
    key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

/** A self-signed certificate of a key, as DER. */
export function certify(
  { publicKey, privateKey }: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
  names: readonly string[],
): Buffer {
  const algorithm = publicKey.asymmetricKeyType === 'rsa' ? RSA_WITH_SHA256 : ECDSA_WITH_SHA256;
  const body = toBeSigned(publicKey, algorithm, names);
  const signature = sign('sha256', body, privateKey);
  return sequence(body, algorithm, element(0x03, Buffer.from([0]), signature));
}

/** A DER element (X.690): tag, length, content. */
function element(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const { length } = body;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

const sequence = (...content: readonly Buffer[]): Buffer => element(0x30, ...content);
const set = (...content: readonly Buffer[]): Buffer => element(0x31, ...content);
const oid = (hex: string): Buffer => element(0x06, Buffer.from(hex, 'hex'));
const time = (text: string): Buffer => element(0x17, Buffer.from(text));

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const RSA_WITH_SHA256 = sequence(oid('2a864886f70d01010b'), element(0x05));

/** The part of a certificate that is signed (RFC 5280, 4.1). */
function toBeSigned(publicKey: KeyObject, algorithm: Buffer, names: readonly string[]): Buffer {
  const name = sequence(set(sequence(oid('550403'), element(0x0c, Buffer.from('loopback')))));
  const subjects = sequence(...names.map(alternativeName));
  const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), element(0x04, value));
  const isAuthority = sequence(element(0x01, Buffer.from([255])));
  return sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    element(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(time('200101000000Z'), time('491231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(extension('551d11', subjects), extension('551d13', isAuthority))),
  );
}

function alternativeName(name: string): Buffer {
  return isIPv4(name)
    ? element(0x87, Buffer.from(name.split('.').map(Number)))
    : element(0x82, Buffer.from(name));
}
