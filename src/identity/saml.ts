import type { IdentitySource, SourceFacts } from './source.js';

export const samlFacts = {
  name: 'saml',
  kind: 'saml',
  token: undefined,
  requestsGithubToken: false,
  isUser: false,
  requires: ['saml-assertion', 'saml-provider-arn', 'role-to-assume'],
  renewal: 'never',
  variables: [],
  whyChosen: (inputs) => (inputs['saml-assertion'] === undefined ? undefined : 'saml-assertion is set'),
  read({ 'saml-assertion': assertion, 'saml-provider-arn': providerArn }) {
    if (assertion === undefined || providerArn === undefined) return undefined;
    return { source: 'saml', assertion, providerArn } as const;
  },
} as const satisfies SourceFacts;

/** A SAML assertion given as an input, masked when it was read. It cannot be renewed: AWS takes one for five minutes. */
export function samlAssertion(assertion: string, providerArn: string): IdentitySource {
  return { obtain: async () => ({ kind: 'saml', assertion, providerArn }) };
}
