import { asciiJson } from '../../trust/explain/suggest.js';
import { providerPath } from '../../trust/oidc/issuer.js';
import { CLIENT_ID, type Format, providerUrl } from './format.js';
import { policyDocument } from './policy.js';

/** Where the shell puts the account into the policy: no character of it needs to be quoted in either. */
const HOLE = '<account>';

/** A shell script that makes the provider, where the account has none, and the role. */
export const awsCli: Format = {
  takes: ['account', 'roleName'],
  isUnescaped: false,
  write: (suggested, { account, roleName }) => {
    const path = providerPath(suggested.home.issuer);
    const arn = `arn:aws:iam::${HOLE}:oidc-provider/${path}`;
    return [
      '#!/bin/sh',
      'set -eu',
      `role=${roleName === undefined ? `\${ROLE_NAME:?set it to the name of the role}` : quoted(roleName)}`,
      `account=${account === undefined ? '$(aws sts get-caller-identity --query Account --output text)' : quoted(account)}`,
      `provider=${withAccount(arn)}`,
      '',
      '# An account can have one OIDC provider for an issuer.',
      'if ! aws iam get-open-id-connect-provider --open-id-connect-provider-arn "$provider" >/dev/null 2>&1; then',
      `  aws iam create-open-id-connect-provider --url ${quoted(providerUrl(suggested))} --client-id-list ${quoted(CLIENT_ID)}`,
      'fi',
      `aws iam create-role --role-name "$role" --assume-role-policy-document ${withAccount(asciiJson(policyDocument(suggested, arn)))}`,
    ].join('\n');
  },
};

/** A word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function withAccount(text: string): string {
  const [before = '', ...after] = text.split(HOLE);
  return `${quoted(before)}"$account"${quoted(after.join(HOLE))}`;
}
