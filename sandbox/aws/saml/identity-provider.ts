import type { KeyObject } from 'node:crypto';
import { type KeySource, lazy } from '../../core/keys.js';
import type { Directory } from '../accounts/accounts.js';
import type { SamlProvider } from '../accounts/federation.js';
import { ALGORITHMS } from './names.js';
import { type SamlContent, samlResponse } from './response.js';

/** What an assertion should say; nothing has to be said. */
export interface SamlOptions extends Partial<SamlContent> {
  /** The ARN of the SAML provider it is for; the first of the accounts file unless said. */
  readonly providerArn?: string;
}

/** The organisation's identity provider, which signs for every SAML provider of the accounts file. */
export interface SamlIdentityProvider {
  /** The key that AWS would have from the provider's metadata. */
  publicKey(): Promise<KeyObject>;
  /**
   * A signed Response in base64, as an identity provider posts it. Unless said otherwise it is for octocat, and
   * for every role that trusts the provider. Throws an Error where there is no such provider.
   */
  respond(options: SamlOptions): Promise<string>;
}

/** Makes an identity provider, which asks for its keys at their first use. */
export function makeSamlIdentityProvider(
  directory: Directory,
  keys: KeySource,
  now: () => number,
): SamlIdentityProvider {
  const ownKeys = lazy(() => keys('saml'));
  return {
    publicKey: async () => (await ownKeys()).publicKey,
    respond: async ({ providerArn, ...content }) => {
      const provider = findProvider(directory, providerArn);
      const roles = rolesTrusting(directory, provider.arn);
      const xml = samlResponse({ roles, issuer: provider.issuer, ...content }, now());
      return Buffer.from(await sign(xml, (await ownKeys()).privateKey)).toString('base64');
    },
  };
}

function findProvider(directory: Directory, arn: string | undefined): SamlProvider {
  const providers = [...directory.accounts.values()].flatMap(({ samlProviders }) => samlProviders);
  const found = arn === undefined ? providers[0] : providers.find((provider) => provider.arn === arn);
  if (found === undefined) throw new Error(`The sandbox has no SAML provider ${arn ?? 'at all'}`);
  return found;
}

function rolesTrusting(directory: Directory, providerArn: string): SamlContent['roles'] {
  return [...directory.roles.values()]
    .filter(({ trust }) =>
      trust.statements.some(({ principals }) => principals.some(({ text }) => text === providerArn)),
    )
    .map(({ arn }) => [arn, providerArn]);
}

// The assertion is signed, not the response: enveloped, right behind its Issuer, as SAML's schema wants it.
async function sign(xml: string, key: KeyObject): Promise<string> {
  const { SignedXml } = await import('xml-crypto'); // a tenth of a second, which only SAML needs
  const signed = new SignedXml({
    privateKey: key,
    signatureAlgorithm: ALGORITHMS.signature,
    canonicalizationAlgorithm: ALGORITHMS.canonical,
  });
  signed.addReference({
    xpath: "//*[local-name(.)='Assertion']",
    digestAlgorithm: ALGORITHMS.digest,
    transforms: [ALGORITHMS.enveloped, ALGORITHMS.canonical],
  });
  signed.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: "//*[local-name(.)='Assertion']/*[local-name(.)='Issuer']", action: 'after' },
  });
  return signed.getSignedXml();
}
