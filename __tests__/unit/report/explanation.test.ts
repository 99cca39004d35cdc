import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { RefusedCall } from '../../../src/errors.js';
import { explainRefusedCall } from '../../../src/report/explanation.js';
import { webIdentityContext } from '../../../src/trust/claims.js';
import { explainTrust } from '../../../src/trust/explain.js';
import { parseTrustPolicy } from '../../../src/trust/parse.js';
import { temporaryDirectory } from '../../support/files.js';

const HOST = 'token.actions.githubusercontent.com';
const PROVIDER = `arn:aws:iam::111122223333:oidc-provider/${HOST}`;
const CLAIMS = {
  iss: `https://${HOST}`,
  sub: 'repo:octo-org@65/octo-repo@74:environment:production',
  aud: 'sts.amazonaws.com',
  ref: 'refs/heads/main',
  environment: 'production',
  repository: 'octo-org/octo-repo',
  event_name: 'push',
};
const CALL: RefusedCall = {
  roleArn: 'arn:aws:iam::111122223333:role/deploy',
  claims: CLAIMS,
  isGithub: true,
  callerArn: undefined,
  sessionName: 'GitHubActions',
  otherActions: [],
  externalId: undefined,
};
const policy = (subject: string): string =>
  `{
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "Deploy",
    "Effect": "Allow",
    "Principal": { "Federated": "${PROVIDER}" },
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {
      "StringEquals": { "${HOST}:aud": "sts.amazonaws.com", "${HOST}:sub": "${subject}" }
    }
  }]
}`;

const explain = (trustPolicy: string, call: Partial<RefusedCall> = {}, workspace = '.') =>
  explainRefusedCall({ ...CALL, ...call }, { trustPolicy, workspace, redact: (text) => text });

/** What stands in a fence of the page. */
function fenced(markdown: string, language: string): string {
  return new RegExp(`^\`{4}${language}\\n([\\s\\S]*?)\\n\`{4}$`, 'm').exec(markdown)?.[1] ?? '';
}

/** Whether the policy to paste lets these claims in. */
function allows(markdown: string, claims: Readonly<Record<string, unknown>>): boolean {
  const { decision } = explainTrust(parseTrustPolicy(fenced(markdown, 'json')), {
    actions: ['sts:AssumeRoleWithWebIdentity'],
    principal: { type: 'Federated', provider: PROVIDER },
    context: webIdentityContext(claims),
    claims,
  });
  return decision === 'allow';
}

describe('the short answer', () => {
  it('names the closest statement, and each condition that failed, with its line', () => {
    expect(explain(policy('repo:octo-org@65/octo-repo@74:ref:refs/heads/main')).lines).toEqual([
      'trust-policy does not allow sts:AssumeRoleWithWebIdentity. Closest is statement 1 ("Deploy"), line 3:',
      `- line 9: StringEquals ${HOST}:sub wants "repo:octo-org@65/octo-repo@74:ref:refs/heads/main", got "${CLAIMS.sub}". The job names an environment, and then the subject ends in it instead of the ref. Use "${CLAIMS.sub}", and a condition on the key ref if the branch matters; or take environment: from the job.`,
    ]);
  });

  it('says so where the policy would allow the token, and what else it may be', () => {
    const [line] = explain(policy(CLAIMS.sub)).lines;
    expect(line).toMatch(/^This trust policy would allow this token \(statement 1 \("Deploy"\), line 3\)/);
    expect(line).toContain('the role has another policy than this one, an SCP or RCP');
  });

  it('asks for the policy where there is none', () => {
    expect(explain('').lines).toEqual([expect.stringContaining('in the input trust-policy')]);
  });

  it('names the place where the policy is none', () => {
    expect(explain('{ "Statement": [ {} ] }').lines).toEqual([
      'trust-policy, line 1, column 18: the statement has neither Action nor NotAction',
    ]);
  });

  it('reads a file of the workspace, and none outside', () => {
    const directory = temporaryDirectory();
    const workspace = join(directory, 'workspace');
    mkdirSync(workspace);
    writeFileSync(join(workspace, 'trust.json'), policy(CLAIMS.sub));
    writeFileSync(join(directory, 'secret.json'), policy(CLAIMS.sub));
    symlinkSync('../secret.json', join(workspace, 'link.json'));
    expect(explain('trust.json', {}, workspace).lines[0]).toContain('would allow this token');
    for (const path of ['../secret.json', 'link.json', 'none.json', '.']) {
      expect(explain(path, {}, workspace).lines).toEqual([
        expect.stringContaining('trust-policy cannot be read'),
      ]);
    }
  });

  it('is about the caller where the call was signed', () => {
    const call = {
      claims: undefined,
      isGithub: false,
      callerArn: 'arn:aws:sts::111122223333:assumed-role/hub/build',
    };
    const statement = { Effect: 'Allow', Principal: { AWS: '444455556666' }, Action: 'sts:AssumeRole' };
    const { lines } = explain(JSON.stringify({ Statement: statement }), call);
    expect(lines[1]).toContain('The caller is in the account 111122223333');
    const tagged = { ...statement, Principal: { AWS: '111122223333' } };
    expect(
      explain(JSON.stringify({ Statement: tagged }), { ...call, otherActions: ['sts:TagSession'] }).lines[1],
    ).toContain('needs sts:TagSession as well');
  });
});

describe('the page', () => {
  it('shows the keys that AWS could see, and no others', () => {
    const { markdown } = explain('');
    expect(markdown).toContain(
      '| token&#46;actions&#46;githubusercontent&#46;com&#58;environment | production |',
    );
    expect(markdown).not.toContain('event&#95;name');
  });

  it('has a trust policy that lets this workflow in, and no other', () => {
    const { markdown } = explain('');
    expect(JSON.parse(fenced(markdown, 'json'))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: PROVIDER },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: {
              [`${HOST}:aud`]: 'sts.amazonaws.com',
              [`${HOST}:sub`]: CLAIMS.sub,
              [`${HOST}:ref`]: 'refs/heads/main',
            },
          },
        },
      ],
    });
    expect(allows(markdown, CLAIMS)).toBe(true);
    expect(allows(markdown, { ...CLAIMS, ref: 'refs/heads/topic' })).toBe(false);
    expect(fenced(markdown, 'hcl')).toContain(`identifiers = ["${PROVIDER}"]`);
  });

  it('pins the repository by its id where the subject has names alone', () => {
    const claims = { ...CLAIMS, sub: 'repo:octo-org/octo-repo:ref:refs/heads/main', repository_id: '74' };
    expect(fenced(explain('', { claims }).markdown, 'json')).toContain(`"${HOST}:repository_id": "74"`);
  });

  it('asks for the tagging where the token brings tags', () => {
    const { markdown } = explain('', { otherActions: ['sts:TagSession'] });
    expect(JSON.parse(fenced(markdown, 'json')).Statement[0].Action).toEqual([
      'sts:AssumeRoleWithWebIdentity',
      'sts:TagSession',
    ]);
  });

  it('holds whatever the claims are: tables and fences stay whole, the policy lets just them in', () => {
    const hostile = fc
      .array(
        fc.constantFrom(
          'a',
          '`',
          '````',
          '\n',
          '|',
          '<script>',
          '](',
          '$',
          '{',
          `${'$'}{x}`,
          '%{',
          '*',
          '"',
          '\\',
          '\u202e',
          '😀',
          '::error::',
        ),
        {
          minLength: 1,
          maxLength: 12,
        },
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(hostile, hostile, (sub, ref) => {
        const claims = { ...CLAIMS, sub: `repo:o@1/r@2:environment:${sub}`, ref };
        const { markdown, lines } = explain(policy('repo:a/b:ref:c'), { claims });
        expect(markdown.match(/^`{4}/gm)).toHaveLength(4);
        for (const fence of [fenced(markdown, 'json'), fenced(markdown, 'hcl')]) {
          expect(fence).toMatch(/^[\n -_a-~]+$/);
        }
        const rows = markdown.split('\n').filter((line) => line.startsWith('|'));
        expect(rows.every((row) => [3, 5].includes(row.split('|').length - 1))).toBe(true);
        expect(markdown.replace(/^`{4}[\s\S]*?^`{4}$/gm, '')).not.toMatch(/[<\u202e]/);
        expect(lines.every((line) => !line.includes('\n'))).toBe(true);
        expect(allows(markdown, claims)).toBe(true);
        expect(allows(markdown, { ...claims, sub: `${claims.sub}x` })).toBe(false);
      }),
    );
  });

  it('has no policy for claims that are longer than anyone would paste', () => {
    expect(explain('', { claims: { ...CLAIMS, sub: 'x'.repeat(600) } }).markdown).not.toContain('````');
  });
});
