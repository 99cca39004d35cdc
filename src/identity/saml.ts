import type { IdentitySource } from './source.js';

/** A SAML assertion given as an input, masked when it was read. It cannot be renewed: AWS takes one for five minutes. */
export function samlAssertion(assertion: string, providerArn: string): IdentitySource {
  return { obtain: async () => ({ kind: 'saml', assertion, providerArn }) };
}
