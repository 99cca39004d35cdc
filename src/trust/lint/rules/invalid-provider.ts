import { quote } from '../../../core/text.js';
import type { PrincipalPattern } from '../../language/policy.js';
import { isBuiltIn } from '../../oidc/issuer.js';
import { statementRule } from '../rule.js';

export const invalidProvider = statementRule('invalid-provider', 'error', (statement) =>
  statement.principals.flatMap((principal) => {
    const problem = problemWith(principal);
    return problem === undefined ? [] : [{ at: principal.at, message: problem }];
  }),
);

/** IAM takes the ARN of an OIDC or SAML provider, or the name of one that is built in. */
function problemWith({ type, kind, text }: PrincipalPattern): string | undefined {
  // A wildcard has a rule of its own, principal-wildcard.
  if (type !== 'Federated' || kind === 'unknown' || isBuiltIn(text) || /[*?]/.test(text)) return undefined;
  const found = /^arn:aws[a-z-]*:iam::\d{12}:(?:oidc-provider\/([^/]+).*|saml-provider\/.+)$/.exec(text);
  if (found === null) {
    return `${quote(text)} does not name an identity provider, so this statement lets no token in, or whomever a later step makes of it. Write arn:aws:iam::ACCOUNT:oidc-provider/HOST with the account's 12 digits.`;
  }
  const [, host] = found;
  if (host === undefined || host === host.toLowerCase()) return undefined;
  return `${quote(text)} has capital letters in the provider's host, which an OIDC provider's ARN does not have. Write it in lower case.`;
}
