const ACCOUNT = '111122223333';
const SESSION_ARN = `arn:aws:sts::${ACCOUNT}:assumed-role/bench/GitHubActions`;

/** The role that the bench assumes. */
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/bench`;

const XMLNS = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** The identity pool that the bench asks. */
export const POOL_ID = 'eu-central-1:11111111-2222-3333-4444-555555555555';

/** The token endpoint's answer. */
export function answerTokenRequest(): string {
  const value = makeToken();
  return JSON.stringify({ count: value.length, value });
}

/** Cognito's answer to the operation in `X-Amz-Target`; undefined for one that is not known here. */
export function answerCognito(target: string): string | undefined {
  const identity = { IdentityId: POOL_ID };
  if (target.endsWith('.GetId')) return JSON.stringify(identity);
  if (target.endsWith('.GetOpenIdToken')) return JSON.stringify({ ...identity, Token: makeToken() });
  return undefined;
}

/** A token of GitHub's shape and size, without a true signature. */
function makeToken(): string {
  const now = Math.floor(Date.now() / 1000);
  const repository = 'octo-org/octo-repo';
  const workflow = `${repository}/.github/workflows/deploy.yml@refs/heads/main`;
  const sha = '0123456789abcdef0123456789abcdef01234567';
  const claims = {
    ...{ jti: '6e67b1cb-2b8d-4be5-91cb-757edb2ec970', iss: 'https://token.actions.githubusercontent.com' },
    ...{ aud: 'sts.amazonaws.com', sub: `repo:${repository}:ref:refs/heads/main` },
    ...{ iat: now, nbf: now - 300, exp: now + 300, actor: 'octocat', actor_id: '12', base_ref: '' },
    ...{ check_run_id: '987654321', event_name: 'push', head_ref: '', job_workflow_ref: workflow },
    ...{ job_workflow_sha: sha, ref: 'refs/heads/main', ref_protected: 'true', ref_type: 'branch' },
    ...{ repository, repository_id: '74', repository_owner: 'octo-org', repository_owner_id: '65' },
    ...{ repository_visibility: 'private', run_attempt: '1', run_id: '1234567890', run_number: '10' },
    ...{ runner_environment: 'github-hosted', sha, workflow: 'deploy', workflow_ref: workflow },
    workflow_sha: sha,
  };
  const header = { alg: 'RS256', kid: 'bench', typ: 'JWT', x5t: 'bench' };
  const parts = [...[header, claims].map((part) => JSON.stringify(part)), 's'.repeat(256)];
  return parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
}

/** A role that STS refuses. */
export const REFUSED_ROLE_ARN = `${ROLE_ARN}-refused`;

/** STS's answer where the role is refused. */
export const REFUSAL = `<ErrorResponse xmlns="${XMLNS}">
  <Error>
    <Type>Sender</Type>
    <Code>AccessDenied</Code>
    <Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message>
  </Error>
  <RequestId>ad4156e9-bce1-11e2-82e6-6b6efEXAMPLE</RequestId>
</ErrorResponse>
`;

/** STS's answer to the call in a form's `Action`; undefined for a call that is not known here. */
export function answerSts(form: string): string | undefined {
  const action = new URLSearchParams(form).get('Action');
  if (action === 'AssumeRoleWithWebIdentity' || action === 'AssumeRole')
    return envelope(action, assumedRole());
  if (action === 'GetCallerIdentity') return envelope(action, caller());
  return undefined;
}

function envelope(action: string, result: string): string {
  return `<${action}Response xmlns="${XMLNS}">
  <${action}Result>
${result}
  </${action}Result>
  <ResponseMetadata>
    <RequestId>ad4156e9-bce1-11e2-82e6-6b6efEXAMPLE</RequestId>
  </ResponseMetadata>
</${action}Response>
`;
}

function assumedRole(): string {
  const expiration = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');
  return `    <Audience>sts.amazonaws.com</Audience>
    <AssumedRoleUser>
      <AssumedRoleId>AROAEXAMPLEEXAMPLE123:GitHubActions</AssumedRoleId>
      <Arn>${SESSION_ARN}</Arn>
    </AssumedRoleUser>
    <Provider>arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com</Provider>
    <Credentials>
      <AccessKeyId>ASIAEXAMPLEEXAMPLE12</AccessKeyId>
      <SecretAccessKey>benchSecretAccessKeyEXAMPLE0123456789ABC</SecretAccessKey>
      <SessionToken>${'benchSessionToken'.repeat(40)}</SessionToken>
      <Expiration>${expiration}</Expiration>
    </Credentials>
    <SubjectFromWebIdentityToken>repo:octo-org/octo-repo:ref:refs/heads/main</SubjectFromWebIdentityToken>`;
}

function caller(): string {
  return `    <Arn>${SESSION_ARN}</Arn>
    <UserId>AROAEXAMPLEEXAMPLE123:GitHubActions</UserId>
    <Account>${ACCOUNT}</Account>`;
}
