import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { ErrorCode, RefusedCall } from '../../../src/core/errors.js';
import { diagnoseDenial } from '../../../src/report/explanation.js';
import { explainTrust } from '../../../src/trust/explain/explain.js';
import { parseTrustPolicy } from '../../../src/trust/language/parse.js';
import { webIdentityContext } from '../../../src/trust/oidc/request-context.js';
import { temporaryDirectory } from '../../support/files.js';
import { rendered } from '../../support/secrets.js';
import '../../support/volume.js';

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
  action: 'sts:AssumeRoleWithWebIdentity',
  roleArn: 'arn:aws:iam::111122223333:role/deploy',
  claims: CLAIMS,
  isGithub: true,
  callerArn: undefined,
  callerRoleArn: undefined,
  otherActions: [],
  keys: [['sts:RoleSessionName', 'GitHubActions']],
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

const explain = (
  trustPolicy: string,
  call: Partial<RefusedCall> = {},
  workspace = '.',
  code: ErrorCode = 'ACCESS_DENIED',
) => {
  const redact = (text: string): string => text;
  const diagnosis = diagnoseDenial({ ...CALL, ...call }, { trustPolicy, workspace, code, redact });
  return { ...diagnosis, markdown: [...diagnosis.why, ...diagnosis.details].join('\n') };
};

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
      'trust-policy does not allow sts:AssumeRoleWithWebIdentity. Closest match: statement 1 ("Deploy"), line 3:',
      `- line 9: StringEquals ${HOST}:sub wants "repo:octo-org@65/octo-repo@74:ref:refs/heads/main", got "${CLAIMS.sub}". The job names an environment, so the subject ends in the environment instead of the ref. Use "${CLAIMS.sub}", and a condition on the key ref if the branch matters; or remove environment: from the job.`,
    ]);
  });

  it('says so where the policy would allow the token, and what else it may be', () => {
    const { lines, isAnswer } = explain(policy(CLAIMS.sub));
    expect(lines[0]).toMatch(
      /^This trust policy would allow this token \(statement 1 \("Deploy"\), line 3\)/,
    );
    expect(lines[0]).toContain(
      'the role has a different policy from this one, the role does not exist (check the ARN), an SCP, an RCP',
    );
    expect(isAnswer).toBe(true);
  });

  it('says that STS never came to the policy where it rejected the token, and asks for none', () => {
    expect(explain(policy(CLAIMS.sub), {}, '.', 'TOKEN_REJECTED').lines).toEqual([
      'This trust policy would allow this token (statement 1 ("Deploy"), line 3); STS rejected the token before it evaluated any policy.',
    ]);
    const { lines, markdown, why } = explain('', {}, '.', 'TOKEN_REJECTED');
    expect([lines, why]).toEqual([[], []]);
    expect(markdown).not.toContain('````');
  });

  it('asks for the policy where there is none', () => {
    expect(explain('').lines).toEqual([expect.stringContaining('Set the input trust-policy')]);
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
    expect(explain(join(workspace, 'trust.json'), {}, workspace).lines[0]).toContain('would allow');
    for (const path of [join(directory, 'secret.json'), '../secret.json', 'link.json', 'none.json', '.']) {
      expect(explain(path, {}, workspace).lines).toEqual([
        expect.stringContaining('trust-policy could not be read'),
      ]);
    }
    expect(explain('roles/none.json', {}, workspace).lines).toEqual([
      'trust-policy could not be read: there is no file "roles/none.json" in the workspace. Was the repository checked out before this step (actions/checkout)?',
    ]);
  });

  it('is about the caller where the call was signed', () => {
    const call = {
      action: 'sts:AssumeRole',
      claims: undefined,
      isGithub: false,
      callerArn: 'arn:aws:sts::111122223333:assumed-role/hub/build',
    } as const;
    const statement = { Effect: 'Allow', Principal: { AWS: '444455556666' }, Action: 'sts:AssumeRole' };
    const { lines } = explain(JSON.stringify({ Statement: statement }), call);
    expect(lines[1]).toContain('The caller is in the account 111122223333');
    const tagged = { ...statement, Principal: { AWS: '111122223333' } };
    expect(
      explain(JSON.stringify({ Statement: tagged }), { ...call, otherActions: ['sts:TagSession'] }).lines[1],
    ).toContain('needs sts:TagSession as well');
  });
});

describe('the short answer to a call that was signed', () => {
  const HUB = 'arn:aws:sts::111122223333:assumed-role/hub/build';
  const SIGNED = { action: 'sts:AssumeRole', claims: undefined, isGithub: false, callerArn: HUB } as const;
  const trusting = (more: object = {}) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { AWS: HUB }, Action: 'sts:AssumeRole', ...more },
    });
  const withId = trusting({ Condition: { StringEquals: { 'sts:ExternalId': 'x' } } });

  it('has a trust policy for the user whose keys signed', () => {
    const callerArn = 'arn:aws:iam::111122223333:user/ci/alice';
    const { markdown } = explain('', { ...SIGNED, callerArn, callerRoleArn: undefined });
    expect(JSON.parse(fenced(markdown, 'json')).Statement[0].Principal).toEqual({ AWS: callerArn });
    const named = (name: string) =>
      trusting({ Principal: { AWS: '*' }, Condition: { StringEquals: { 'aws:username': name } } });
    const lines = (name: string) =>
      explain(named(name), { ...SIGNED, callerArn, callerRoleArn: undefined }).lines.join('\n');
    expect(lines('bob')).toContain('aws:username wants "bob", got "alice"');
    expect(lines('alice')).not.toContain('aws:username wants');
  });

  it('says so where the policy would allow the caller', () => {
    const { lines, markdown, isAnswer } = explain(trusting(), SIGNED);
    expect(lines[0]).toMatch(/^This trust policy would allow this caller \(statement 1, line 1\)/);
    expect(rendered(markdown)).toContain(
      'This trust policy would allow this caller: statement 1, line 1. The cause is elsewhere.',
    );
    expect(rendered(markdown)).toContain('The given policy does: is it the deployed one?');
    expect(isAnswer).toBe(false);
  });

  it('names the external id that the policy wants and the call does not have', () => {
    const { lines, markdown } = explain(withId, SIGNED);
    expect(lines[1]).toBe(
      '- line 1: StringEquals sts:ExternalId wants "x", got nothing. The request does not have this key. Send the external ID that the policy wants, or remove the condition. The input role-external-id sends it, or external-id of the role in role-chain.',
    );
    expect(rendered(markdown)).toContain(
      '| Line 1 | StringEquals sts:ExternalId |\n| --- | --- |\n| Wanted | <code>x</code> |\n| Got | <code>(absent)</code> |\n\nThe request does not have this key. Send the external ID',
    );
    expect(explain(withId, { ...SIGNED, keys: [['sts:ExternalId', 'x']] }).lines[0]).toContain(
      'would allow this caller',
    );
  });

  it('names role-chain, and no input of the step, where a call with a token cannot send the external id', () => {
    const wanted = trusting({
      Principal: { Federated: PROVIDER },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { 'sts:ExternalId': 'x' } },
    });
    const { lines, markdown } = explain(wanted);
    for (const text of [lines.join('\n'), rendered(markdown)]) {
      expect(text).toContain('assume this role through role-chain, with external-id.');
      expect(text).not.toContain('role-external-id');
    }
  });

  it('shows no claims, since there is no token, and a policy for the role of the caller, where that is known', () => {
    const { markdown } = explain(withId, SIGNED);
    expect(markdown).not.toContain('What AWS saw of the token');
    expect(markdown).not.toContain('````');
    expect(markdown).toContain("The caller's own policy allows the same on the role.");
    const callerRoleArn = 'arn:aws:iam::111122223333:role/ci/hub';
    const call = {
      ...SIGNED,
      callerRoleArn,
      otherActions: ['sts:TagSession'],
      keys: [['sts:ExternalId', 'x']],
    } as const;
    const page = explain('', call).markdown;
    expect(page).toContain('#### A trust policy for exactly this caller');
    expect(JSON.parse(fenced(page, 'json')).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: callerRoleArn },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        Condition: { StringEquals: { 'sts:ExternalId': 'x' } },
      },
    ]);
  });

  it.each([
    ['the organisation', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, 'aws:PrincipalOrgID'],
    ['the address', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, 'aws:SourceIp'],
    [
      'a variable',
      { StringEquals: { 'sts:RoleSessionName': `${'$'}{aws:PrincipalTag/team}` } },
      'aws:PrincipalTag/team',
    ],
  ])('says that %s cannot be known here, and keeps the general advice', (_, Condition, key) => {
    const keys = [['sts:RoleSessionName', 'build']] as const;
    const { lines, markdown, isAnswer } = explain(trusting({ Condition }), { ...SIGNED, keys });
    expect(lines[0]).toBe(
      'Only AWS can tell whether trust-policy allows sts:AssumeRole. It depends on statement 1, line 1:',
    );
    expect(lines[1]).toContain(
      `Only AWS knows "${key}", so whether the condition holds cannot be decided here.`,
    );
    expect(rendered(markdown)).toContain(
      'Only AWS can tell whether the trust policy allows sts:AssumeRole. It depends on statement 1',
    );
    expect(isAnswer).toBe(false);
  });

  it('knows the role of the caller, its account, and the tags of the call', () => {
    const callerRoleArn = 'arn:aws:iam::111122223333:role/ci/hub';
    const keys = [
      ['aws:RequestTag/Team', 'web'],
      ['aws:TagKeys', ['Team']],
    ] as const;
    const Condition = {
      ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ci/*' },
      StringEquals: { 'aws:PrincipalAccount': '111122223333', 'aws:RequestTag/Team': 'web' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': 'Team' },
    };
    const call = { ...SIGNED, callerRoleArn, keys };
    expect(explain(trusting({ Principal: { AWS: callerRoleArn }, Condition }), call).lines[0]).toContain(
      'would allow this caller',
    );
    const [, why] = explain(trusting({ Principal: { AWS: callerRoleArn.replace('ci/', '') } }), call).lines;
    expect(why).toContain(`Add "${callerRoleArn}" to the Principal.`);
  });

  it('says that a SAML assertion is too little to evaluate a policy for', () => {
    const saml = { ...SIGNED, action: 'sts:AssumeRoleWithSAML', callerArn: undefined } as const;
    const { lines, markdown, isAnswer } = explain(trusting(), saml);
    expect([lines, isAnswer]).toEqual([[], false]);
    expect(rendered(markdown)).toContain(
      '`trust-policy` was not evaluated, because the caller is not known here.',
    );
    expect(rendered(markdown)).toContain(
      'trust policy allows <code>sts:AssumeRoleWithSAML</code> to that provider.',
    );
  });

  it('is nothing where nobody knows who made the call', () => {
    const unknown = { ...SIGNED, callerArn: undefined };
    expect(explain('', unknown).lines).toEqual([]);
    expect(explain(trusting(), unknown)).toMatchObject({ lines: [], isAnswer: false });
    expect(explain('', SIGNED).lines).toEqual([
      expect.stringContaining('Set the inputs trust-policy and caller-policy'),
    ]);
  });
});

describe('the answer of a policy', () => {
  const statement = JSON.parse(policy(CLAIMS.sub)).Statement[0];
  const document = (...statements: readonly object[]) =>
    JSON.stringify({ Version: '2012-10-17', Statement: statements });

  it('with a Deny that applies names it', () => {
    const { lines, markdown, isAnswer } = explain(
      document(statement, { ...statement, Sid: 'Never', Effect: 'Deny' }),
    );
    expect(lines).toEqual([
      'trust-policy denies sts:AssumeRoleWithWebIdentity: statement 2 ("Never"), line 1, because all its conditions match:',
      `- line 1: StringEquals ${HOST}:aud wants "sts.amazonaws.com", got "sts.amazonaws.com". The condition is true. If the caller may have the role, change this condition so that it is false.`,
      `- line 1: StringEquals ${HOST}:sub wants "${CLAIMS.sub}", got "${CLAIMS.sub}". The condition is true. If the caller may have the role, change this condition so that it is false.`,
    ]);
    expect(rendered(markdown)).toContain(
      `| Line 1 | StringEquals ${HOST}:sub |\n| --- | --- |\n| Wanted | <code>${CLAIMS.sub}</code> |\n| Got | <code>${CLAIMS.sub}</code> |\n\nThe condition is true.`,
    );
    expect(rendered(markdown)).toContain(
      'The trust policy denies sts:AssumeRoleWithWebIdentity: statement 2 ("Never"), line 1.',
    );
    expect(isAnswer).toBe(true);
  });

  it('with a Deny of all others says which value to add, and of none that it is for everybody', () => {
    const others = {
      ...statement,
      Sid: undefined,
      Effect: 'Deny',
      Condition: { StringNotEquals: { [`${HOST}:ref`]: 'refs/heads/release', [`${HOST}:actor`]: 'x' } },
    };
    expect(explain(document(statement, others)).lines.slice(1)).toEqual([
      `- line 1: StringNotEquals ${HOST}:ref wants "refs/heads/release", got "refs/heads/main". The condition is true. If the caller may have the role, add "refs/heads/main" to the values.`,
      expect.stringContaining('got nothing. This condition is also true when the key is absent.'),
    ]);
    const everybody = explain(document(statement, { ...others, Condition: undefined }));
    expect(everybody.lines).toEqual([
      'trust-policy denies sts:AssumeRoleWithWebIdentity: statement 2, line 1.',
    ]);
    expect(everybody.markdown).not.toContain('| Line ');
  });

  it('without any Allow is that it allows nothing', () => {
    const { lines, markdown, isAnswer } = explain(
      document({ ...statement, Effect: 'Deny', Action: 'sts:X' }),
    );
    expect(lines).toEqual(['trust-policy allows nothing: it has no Allow statement.']);
    expect(markdown).toContain('\nThe trust policy allows nothing: it has no Allow statement.\n');
    expect(markdown).not.toContain('| Line ');
    expect(isAnswer).toBe(true);
  });

  it('names three conditions that failed, and how many more there are', () => {
    const wanted = { sub: 'a', aud: 'b', ref: 'c', environment: 'd', repository: 'e' };
    const keys = Object.entries(wanted).map(([name, value]) => [`${HOST}:${name}`, value]);
    const Condition = { StringEquals: Object.fromEntries(keys) };
    const { lines, markdown } = explain(document({ ...statement, Condition }));
    expect(lines).toHaveLength(5);
    expect(lines[4]).toBe('- and 2 more, listed in the job summary.');
    expect(rendered(markdown)).toContain(
      `| Line 1 | StringEquals ${HOST}:repository |\n| --- | --- |\n| Wanted | <code>e</code> |`,
    );
  });

  it('says of a list without values that it is one', () => {
    const Condition = { StringEquals: { [`${HOST}:repository`]: [] } };
    expect(explain(document({ ...statement, Condition })).lines[1]).toBe(
      `- line 1: StringEquals ${HOST}:repository wants nothing, got "octo-org/octo-repo". The condition lists no values, so nothing matches. If the caller may have the role, add "octo-org/octo-repo" to the values.`,
    );
  });
});

describe('the page', () => {
  it('shows all values of a claim that has several', () => {
    const { markdown } = explain('', { claims: { ...CLAIMS, aud: ['one', 'other'] } });
    expect(rendered(markdown)).toContain('| aud | <code>one, other</code> |');
  });

  it('shows the keys that AWS could see, and no others', () => {
    const { markdown } = explain('');
    expect(markdown).toContain(
      'begin with <code>token&#46;actions&#46;githubusercontent&#46;com&#58;</code>.\n\n| Condition key | Value |',
    );
    expect(markdown).toContain('| environment | <code>production</code> |');
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

  it("pins the workflow's file, but not for pull requests, each of which has another ref", () => {
    const file = 'octo-org/shared/.github/workflows/deploy.yml@refs/heads/main';
    const json = (claims: object): string =>
      fenced(explain('', { claims: { ...CLAIMS, job_workflow_ref: file, ...claims } }).markdown, 'json');
    expect(json({})).toContain(`"${HOST}:job_workflow_ref": "${file}"`);
    expect(json({ sub: 'repo:octo-org@65/octo-repo@74:pull_request' })).not.toContain('job_workflow_ref');
    const ofPullRequest = json({ ref: 'refs/pull/7/merge' });
    expect(ofPullRequest).toContain(':environment:production');
    expect(ofPullRequest).not.toMatch(/job_workflow_ref|:ref"/);
  });

  describe('of a token of an identity pool', () => {
    const COGNITO = 'cognito-identity.amazonaws.com';
    const claims = {
      iss: `https://${COGNITO}`,
      sub: 'us-east-1:5e6f',
      aud: 'us-east-1:1a2b',
      amr: ['authenticated', HOST],
      'https://aws.amazon.com/tags': { principal_tags: { Repository: ['octo-org/octo-repo'] } },
    };
    const call = { claims, isGithub: false, otherActions: ['sts:TagSession'] };
    const fromDocs = (Condition: object, Principal: object = { Federated: COGNITO }) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal, Action: 'sts:*', Condition },
      });

    it('has a policy for the pool, for who has logged in, and for the tags', () => {
      const { markdown } = explain('', call);
      const json = fenced(markdown, 'json');
      expect(JSON.parse(json).Statement).toEqual([
        {
          Effect: 'Allow',
          Principal: { Federated: COGNITO },
          Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
          Condition: {
            StringEquals: {
              [`${COGNITO}:aud`]: claims.aud,
              [`${COGNITO}:sub`]: claims.sub,
              'aws:RequestTag/Repository': 'octo-org/octo-repo',
            },
            'ForAnyValue:StringLike': { [`${COGNITO}:amr`]: 'authenticated' },
          },
        },
      ]);
      expect(explain(json, call).lines[0]).toContain('would allow this token');
      expect(fenced(markdown, 'hcl')).toContain('test     = "ForAnyValue:StringLike"');
      expect(rendered(markdown)).not.toContain('oidc-provider');
    });

    it('has none for a guest', () => {
      const guest = { ...claims, amr: ['unauthenticated'] };
      expect(explain('', { ...call, claims: guest }).markdown).not.toContain('````');
    });

    it('takes the provider by its name', () => {
      const Condition = {
        StringEquals: { [`${COGNITO}:aud`]: claims.aud },
        StringLike: { 'aws:RequestTag/Repository': 'octo-org/*' },
        'ForAnyValue:StringLike': { [`${COGNITO}:amr`]: 'authenticated' },
      };
      expect(explain(fromDocs(Condition), call).lines[0]).toContain('would allow this token');
      const byArn = { Federated: `arn:aws:iam::111122223333:oidc-provider/${COGNITO}` };
      expect(explain(fromDocs(Condition, byArn), call).lines[1]).toContain('name it without an ARN');
    });
  });

  it.each([
    ['no subject', { sub: undefined }],
    ['several audiences', { aud: ['sts.amazonaws.com', 'other'] }],
  ])('has no policy to paste for a token with %s', (_, claims) => {
    expect(explain('', { claims: { ...CLAIMS, ...claims } }).markdown).not.toContain('````');
  });

  it('of a token of another issuer shows the keys that AWS has for any issuer', () => {
    const claims = {
      iss: 'https://gitlab.com',
      sub: 'project_path:a/b',
      aud: 'sts.amazonaws.com',
      ref: 'main',
    };
    const page = rendered(explain(policy('x'), { claims, isGithub: false }).markdown);
    expect(page).toContain('| sub | <code>project_path:a/b</code> |');
    expect(page).toContain('| amr | <code>(absent)</code> |');
    expect(page).not.toContain('| ref |');
    expect(page).toContain(
      'The account <code>111122223333</code> has the OIDC provider <code>arn:aws:iam::111122223333:oidc-provider/gitlab.com</code>.',
    );
  });

  it('of a token without issuer or audience is a page still', () => {
    const { lines, markdown } = explain(policy('x'), { claims: { sub: 'x' }, isGithub: false });
    expect(lines[0]).toContain('trust-policy does not allow sts:AssumeRoleWithWebIdentity');
    expect(markdown).toContain('#### What must be true');
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
        expect(rows.every((row) => row.split('|').length - 1 === 3)).toBe(true);
        expect(markdown.replace(/^`{4}[\s\S]*?^`{4}$/gm, '')).not.toMatch(
          /<(?!\/?(code|details|summary)>)|\u202e/,
        );
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
