import { ActionError } from '../core/errors.js';
import { USER_AGENT } from '../core/version.js';
import type { HttpResponse } from '../platform/http.js';
import { adviseRetry } from '../platform/retry-advice.js';
import { freshWebIdentity, tokenSecrets } from './jwt.js';
import type { IdentitySource, SourceContext, SourceFacts } from './source.js';

/** What the account's OIDC provider has as its client id, unless `audience` says otherwise. */
const DEFAULT_AUDIENCE = 'sts.amazonaws.com';
const PURPOSE = 'the token request to GitHub';

export const githubOidcFacts = {
  name: 'github-oidc',
  kind: 'web-identity',
  token: {
    isGithub: true,
    whenExpired: undefined,
    changeAudience: (current, usual) =>
      current === usual
        ? 'Set the input audience to one of them'
        : `Remove the input audience, whose default is ${usual}`,
  },
  requestsGithubToken: true,
  isUser: false,
  requires: ['role-to-assume'],
  renewal: 'always',
  variables: [],
  whyChosen: (inputs, mayRequestToken) =>
    mayRequestToken && inputs['role-to-assume'] !== undefined && !inputs['force-skip-oidc']
      ? 'role-to-assume is set and the job can request a token'
      : undefined,
  read: ({ audience }) => ({ source: 'github-oidc', audience }) as const,
} as const satisfies SourceFacts;

/**
 * GitHub's OIDC token for this job, over the URL and bearer the runner gives to jobs with `id-token: write`
 * (https://docs.github.com/actions/reference/security/oidc).
 * @throws ActionError ID_TOKEN_REFUSED, ID_TOKEN_ANSWER_INVALID, and those of Http.send
 */
export function githubOidc(context: SourceContext, audience = DEFAULT_AUDIENCE): IdentitySource {
  const { runner, http, clock } = context;
  return {
    async obtain() {
      const url = tokenUrl(runner.env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '', audience);
      const response = await http.send({
        method: 'GET',
        url,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${bearer(runner.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '')}`,
          'user-agent': USER_AGENT,
        },
        purpose: PURPOSE,
      });
      const token = readToken(response, clock.now());
      for (const secret of tokenSecrets(token)) runner.mask(secret);
      const identity = freshWebIdentity(token, clock.now());
      context.accept(identity.claims);
      return identity;
    },
  };
}

function tokenUrl(base: string, audience: string): URL {
  const text = `${base}${base.includes('?') ? '&' : '?'}audience=${encodeURIComponent(audience)}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw overwritten('ACTIONS_ID_TOKEN_REQUEST_URL', 'is not an http:// or https:// URL');
  return url;
}

/** What no header can hold does not come from the runner. */
function bearer(text: string): string {
  if (/[^\x21-\x7e]/.test(text))
    throw overwritten('ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'has blanks or invisible characters');
  return text;
}

function overwritten(variable: string, what: string): ActionError {
  return new ActionError('ID_TOKEN_REFUSED', `${variable} ${what}.`, {
    hint: 'The runner sets this variable. Check whether an earlier step overwrites it.',
  });
}

function readToken({ status, headers, body }: HttpResponse, now: number): string {
  if (status !== 200) {
    const retry = adviseRetry({ status, awsCode: '', message: '', retryAfter: headers['retry-after'] }, now);
    throw new ActionError('ID_TOKEN_REFUSED', `GitHub's OIDC endpoint returned HTTP ${status}.`, {
      hint: 'A job can request tokens for about six hours after it starts. If this step runs earlier than that, see githubstatus.com.',
      ...(retry && { retry }),
    });
  }
  let answer: unknown;
  try {
    answer = JSON.parse(body.toString('utf8'));
  } catch {
    // Falls through to the one error below: the body, which may hold a token, must not get into it.
  }
  const value = typeof answer === 'object' && answer !== null && 'value' in answer ? answer.value : undefined;
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    throw new ActionError('ID_TOKEN_ANSWER_INVALID', "GitHub's OIDC endpoint returned no token.", {
      hint: 'Something between this runner and GitHub may be answering instead: a proxy or a captive portal.',
    });
  }
  return value;
}
