import { describeToken } from '../../../../src/trust/reach/describe.js';
import { reachDifference } from '../../../../src/trust/reach/difference.js';
import { reach } from '../../../../src/trust/reach/reach.js';
import { findKeys } from '../../../../src/trust/reach/suppose.js';
import { variable } from '../../../support/trust-policies.js';
import { allow, answers, deny, HOME, key, policyOf, summary, witnessOf } from './support.js';

const AUD = { aud: 'sts.amazonaws.com' };
const MAIN = 'repo:octo-org/octo-repo:ref:refs/heads/main';

describe('the questions', () => {
  it('lets nobody else in through a policy for one branch', () => {
    expect(summary([allow({ StringEquals: { ...AUD, sub: MAIN } })])).toEqual({
      'other-owner': 'no',
      'other-repository': 'no',
      'pull-request': 'no',
      'other-branch': 'no',
      tag: 'no',
      'other-environment': 'no',
      intended: 'yes',
    });
  });

  it('asks the others only where ids, environments or workflows are given', () => {
    const home = {
      ...HOME,
      ownerId: '1',
      repositoryId: '2',
      environments: ['production'],
      workflows: ['octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main'],
    };
    expect(
      summary([allow({ StringEquals: { sub: 'repo:octo-org/octo-repo:environment:production' } })], home),
    ).toEqual({
      'other-owner': 'no',
      'other-repository': 'no',
      'recycled-name': 'yes',
      'pull-request': 'no',
      'other-branch': 'no',
      tag: 'no',
      'other-environment': 'no',
      'any-ref-in-environment': 'yes',
      'other-workflow': 'yes',
      intended: 'yes',
    });
    expect(reach(policyOf(), HOME, 'recycled-name')).toBeUndefined();
  });

  it('finds the repository whose name goes on after the wildcard', () => {
    const found = answers([allow({ StringLike: { sub: 'repo:octo-org*' } })]).get('other-owner');
    expect(witnessOf(found)?.['sub']).toMatch(/^repo:octo-org[^/]+\/[^/:]+:/);
    expect(found?.answer).toBe('yes');
  });

  it('finds the environment that is named like a pull request', () => {
    const found = answers([allow({ StringLike: { sub: 'repo:octo-org/octo-repo:*:pull_request' } })]);
    expect(found.get('pull-request')?.answer).toBe('no');
    expect(witnessOf(found.get('other-environment'))).toMatchObject({
      sub: 'repo:octo-org/octo-repo:environment:pull_request',
      environment: 'pull_request',
    });
  });

  it('knows that a colon in an environment is written %3A in the subject', () => {
    const statement = allow({
      StringEquals: { sub: 'repo:octo-org/octo-repo:environment:a%3Ab', environment: 'a:b' },
    });
    expect(witnessOf(answers([statement]).get('other-environment'))?.['environment']).toBe('a:b');
    const never = allow({ StringLike: { sub: 'repo:octo-org/octo-repo:environment:*:*' } });
    expect(summary([never])['other-environment']).toBe('no');
  });

  it('says that any repository can call a workflow', () => {
    const statement = allow({
      StringEquals: { ...AUD, job_workflow_ref: 'octo-org/shared/.github/workflows/d.yml@refs/heads/main' },
    });
    expect(summary([statement])['other-owner']).toBe('yes');
  });

  it('says that others can customise their subject to be a workflow', () => {
    const workflow = 'octo-org/shared/.github/workflows/d.yml@refs/heads/main';
    const found = answers([allow({ StringEquals: { sub: `job_workflow_ref:${workflow}` } })]);
    expect(witnessOf(found.get('other-owner'))).toMatchObject({ job_workflow_ref: workflow });
    expect(found.get('pull-request')?.answer).toBe('no');
  });

  it('reads the subject by the template that the home has', () => {
    const sub = 'repo:octo-org/octo-repo:ref:refs/heads/main:job_workflow_ref:octo-org/shared/*';
    const statement = allow({ StringLike: { sub } });
    expect(summary([statement]).intended).toBe('no');
    expect(
      summary([statement], { ...HOME, template: ['repo', 'context', 'job_workflow_ref'] }).intended,
    ).toBe('yes');
  });

  it('lets an immutable subject in where the ids are the home’s', () => {
    const statement = allow({ StringEquals: { sub: 'repo:octo-org@1/octo-repo@2:ref:refs/heads/main' } });
    const home = { ...HOME, ownerId: '1', repositoryId: '2' };
    expect(summary([statement], home)).toMatchObject({ 'recycled-name': 'no', intended: 'yes' });
    expect(summary([statement], { ...home, template: 'default' }).intended).toBe('no');
    expect(summary([statement], { ...home, repositoryId: '3' })).toMatchObject({
      'recycled-name': 'yes',
      intended: 'no',
    });
  });

  it('does not say who gets in by an id while it is not known whose it is', () => {
    const statement = allow({ StringEquals: { repository_id: '2' } });
    expect(answers([statement]).get('other-owner')).toMatchObject({ answer: 'unknown', reason: 'ids' });
    expect(summary([statement], { ...HOME, ownerId: '1', repositoryId: '2' })).toMatchObject({
      'other-owner': 'no',
      'recycled-name': 'no',
      intended: 'yes',
    });
  });

  it('knows that a pull request that is merged runs on the branch', () => {
    const statement = allow({ StringEquals: { ref: 'refs/heads/main', repository: 'octo-org/octo-repo' } });
    expect(witnessOf(answers([statement]).get('pull-request'))).toMatchObject({
      ref: 'refs/heads/main',
      sub: expect.stringMatching(/:pull_request$/),
    });
  });
});

describe('operators', () => {
  const own = { sub: 'repo:octo-org/octo-repo:*' };

  it.each([
    // Git tells branches apart by case.
    ['StringEqualsIgnoreCase', { sub: MAIN.toUpperCase() }, 'yes', 'yes'],
    ['StringNotLike', { sub: 'repo:*' }, 'no', 'no'],
    ['StringNotLike', { sub: '*:pull_request' }, 'yes', 'yes'],
    ['ArnLike', { sub: 'repo:octo-org/octo-repo:*' }, 'no', 'no'],
    ['ForAllValues:StringEquals', { environment: 'production' }, 'yes', 'yes'],
    ['ForAnyValue:StringEquals', { environment: 'production' }, 'no', 'no'],
    ['Null', { environment: 'false' }, 'no', 'no'],
    ['Null', { environment: 'true' }, 'yes', 'yes'],
    ['StringEqualsIfExists', { environment: 'production' }, 'yes', 'yes'],
  ])('%s on %j: the intended ones %s, another branch %s', (operator, claims, intended, branch) => {
    expect(summary([allow({ StringLike: own, [operator]: claims })])).toMatchObject({
      intended,
      'other-branch': branch,
    });
  });

  it('compares ids as numbers', () => {
    const home = { ...HOME, ownerId: '1', repositoryId: '25' };
    const between = {
      NumericGreaterThan: { repository_id: '9' },
      NumericLessThanEquals: { repository_id: '25.5' },
    };
    expect(summary([allow(between)], home)).toMatchObject({ intended: 'yes', 'other-owner': 'yes' });
    const exact = { NumericGreaterThan: { repository_id: '24.5' }, NumericLessThan: { repository_id: '26' } };
    expect(summary([allow(exact)], home)).toMatchObject({ intended: 'yes', 'other-owner': 'no' });
  });

  it('takes a value that is no base64 for one that matches nothing, and goes on to the next', () => {
    const statement = allow({ BinaryEquals: { environment: ['a:b', 'true'] } });
    expect(witnessOf(answers([statement]).get('other-environment'))?.['environment']).toBe('true');
  });

  it('takes the Kelvin sign for the letter that it is in lower case', () => {
    const statements = [
      allow({ StringLike: own, StringEqualsIgnoreCase: { environment: 'k' } }),
      deny({ StringEquals: { environment: ['k', 'K'] } }),
    ];
    expect(witnessOf(answers(statements).get('other-environment'))?.['environment']).toBe('\u212A');
  });

  it('keeps out what a Deny closes', () => {
    const statements = [allow({ StringLike: own }), deny({ StringLike: { sub: '*:pull_request' } })];
    expect(summary(statements)).toMatchObject({ 'pull-request': 'no', 'other-branch': 'yes' });
  });

  it('names the keys that only AWS knows, with values that let the token in', () => {
    const found = answers([
      allow({ StringEquals: { sub: MAIN }, IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }),
    ]).get('intended');
    expect(found).toMatchObject({
      answer: 'depends',
      keys: ['aws:SourceIp'],
      suppose: { 'aws:sourceip': '10.0.0.0' },
    });
  });

  it('asks the evaluator where a variable compares two claims', () => {
    const statement = allow({ StringLike: { sub: `repo:${variable(key('repository'))}:ref:*` } });
    expect(summary([statement])).toMatchObject({ 'other-owner': 'yes', 'pull-request': 'no' });
  });

  it('knows that a claim is always equal to itself, in whatever case its name is written', () => {
    const own = variable(key('sub').toUpperCase());
    const statements = [allow({ StringLike: { sub: '*' } }), deny({ StringEquals: { sub: own } })];
    expect(summary(statements)).toMatchObject({ 'other-owner': 'no', intended: 'no' });
    const environment = variable(key('environment').toUpperCase());
    expect(
      summary([allow({ StringLike: { sub: 'repo:octo-org/octo-repo:*' }, StringEquals: { environment } })]),
    ).toMatchObject({ 'other-environment': 'yes', 'other-branch': 'no', 'pull-request': 'no' });
  });

  it('shows the token with the fewest letters, however many stars it goes through', () => {
    const start = 'repo:octo-org/octo-repo:ref:refs/heads/';
    const found = answers([allow({ StringLike: { sub: [`${start}*a*c*e`, `${start}bbbb`] } })]);
    expect(witnessOf(found.get('other-branch'))?.['ref']).toBe('refs/heads/ace');
  });

  it('says that a deployment decides, where it does, and proves what it cannot change', () => {
    const statement = allow({ StringLike: { sub: `repo:octo-org/${variable('repository')}:*` } });
    const found = answers([statement]);
    expect(found.get('intended')).toMatchObject({ answer: 'unknown', reason: 'deployment' });
    expect(found.get('other-owner')?.answer).toBe('no');
  });
});

describe('issuers', () => {
  const trusting = (host: string, claims: Readonly<Record<string, unknown>>): unknown => ({
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${host}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: Object.fromEntries(
        Object.entries(claims).map(([claim, value]) => [`${host}:${claim}`, value]),
      ),
    },
  });

  it.each(['ghe.example.com/_services/token', 'token.actions.octo.ghe.com'])(
    'asks about tokens of %s',
    (host) => {
      expect(summary([trusting(host, { sub: MAIN })])).toMatchObject({
        intended: 'yes',
        'other-owner': 'no',
      });
      // AWS evaluates nothing but the subject and the audience of these.
      expect(summary([trusting(host, { repository: 'octo-org/octo-repo' })]).intended).toBe('no');
    },
  );

  it('knows no immutable subjects of GitHub Enterprise Server', () => {
    const home = { ...HOME, ownerId: '1', repositoryId: '2' };
    const sub = 'repo:octo-org@1/octo-repo@2:ref:refs/heads/main';
    expect(summary([trusting('ghe.example.com/_services/token', { sub })], home).intended).toBe('no');
  });

  it.each([variable('action'), `sts:${variable('action')}`])(
    'does not know whether the action %s is that of tokens',
    (Action) => {
      const found = answers([allow({ StringLike: { sub: '*' } }, { Action })]).get('other-owner');
      expect(found).toMatchObject({ answer: 'unknown', reason: 'deployment' });
    },
  );

  it.each(['<ACCOUNT_ID>', variable('AWS_ACCOUNT_ID'), 'ACCOUNT_ID', '111122223333-OR-OTHER'])(
    'takes the account %s for the role’s own',
    (account) => {
      const Federated = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
      expect(
        summary([allow({ StringLike: { sub: '*' } }, { Principal: { Federated } })])['other-owner'],
      ).toBe('yes');
    },
  );

  it.each([variable('oidc_arn'), '<OIDC_ARN>', 'token.actions.githubusercontent.com', variable('Host')])(
    'does not call the provider %s safe, which nobody can read',
    (Federated) => {
      const statement = allow({ StringLike: { sub: '*' } }, { Principal: { Federated } });
      expect(answers([statement]).get('other-owner')).toMatchObject({
        answer: 'unknown',
        reason: 'deployment',
      });
    },
  );

  it('proves what a value cannot change of which a deployment knows a part', () => {
    const name = variable('environment');
    const open = { StringLike: { sub: 'repo:octo-org/octo-repo:*' } };
    const within = allow({ StringEquals: { sub: `repo:octo-org/octo-repo:environment:${name}` } });
    expect(summary([within])).toMatchObject({
      'other-owner': 'no',
      tag: 'no',
      'other-environment': 'unknown',
    });
    const without = allow({ ...open, StringNotEquals: { ref: `refs/tags/${name}` } });
    expect(summary([without])).toMatchObject({ 'other-owner': 'no', tag: 'unknown', 'other-branch': 'yes' });
  });
});

describe('words', () => {
  it.each([
    [
      'pull-request',
      'repo:octo-org/octo-repo:pull_request',
      'A pull request of octo-org/octo-repo gets in by statement 1.',
    ],
    [
      'other-branch',
      'repo:octo-org/octo-repo:ref:refs/heads/dev',
      'The branch dev of octo-org/octo-repo gets in by statement 1.',
    ],
    [
      'other-environment',
      'repo:octo-org/octo-repo:environment:pull_request',
      'The branch main of octo-org/octo-repo from an environment named pull_request gets in by statement 1.',
    ],
  ] as const)('%s', (question, sub, words) => {
    expect(answers([allow({ StringEquals: { sub } })]).get(question)?.because).toBe(words);
  });

  it('quotes what could be read as part of the sentence', () => {
    const token = {
      repository: 'a/b',
      ref: 'refs/heads/main',
      environment: 'x of c/d',
      sub: 'repo:a/b:environment:x of c/d',
    };
    expect(describeToken(token)).toBe('the branch main of a/b from an environment named "x of c/d"');
  });
});

describe('limits', () => {
  const hard = [
    allow({ StringLike: { sub: 'repo:octo-org/octo-repo:*a????????b????????' } }),
    deny({ StringLike: { sub: '*' } }),
  ];

  it('stops at its states', () => {
    const statement = allow({ StringEquals: { sub: MAIN } });
    expect(reach(policyOf(statement), HOME, 'intended', { maxStates: 5 })).toMatchObject({
      answer: 'unknown',
      reason: 'states',
    });
  });

  it('stops at its time', () => {
    let time = 0;
    const now = (): number => ++time;
    expect(reach(policyOf(...hard.slice(0, 1)), HOME, 'other-owner', { now, maxMs: 5 })).toMatchObject({
      answer: 'unknown',
      reason: 'time',
    });
  });

  it('gives up on the keys that only AWS knows after 600 tries', () => {
    const keys = Array.from({ length: 20 }, (_, index) => [`aws:PrincipalTag/k${index}`, 'true']);
    const policy = policyOf(allow({ Bool: Object.fromEntries(keys) }));
    let tries = 0;
    const never = (): boolean => ++tries > 600;
    expect(findKeys(policy, new Set([1]), [], never)).toBeUndefined();
    expect(tries).toBe(600);
  });

  it('gives the same answer twice', () => {
    expect(answers(hard)).toEqual(answers(hard));
  });

  it('decides 3,000 statements', () => {
    const many = Array.from({ length: 3000 }, (_, index) =>
      allow({ StringEquals: { ...AUD, sub: `repo:octo-org/service-${index}:ref:refs/heads/main` } }),
    );
    expect(summary(many)).toMatchObject({
      'other-owner': 'no',
      'other-repository': 'yes',
      'pull-request': 'no',
    });
  });
});

describe('the difference of two policies', () => {
  const before = policyOf(allow({ StringEquals: { sub: MAIN } }));

  it('is nobody where the policies mean the same', () => {
    const same = policyOf(allow({ StringLike: { sub: MAIN } }));
    expect(reachDifference(before, same, HOME)).toEqual({
      gained: { answer: 'no', because: 'Nobody else gets in.' },
      lost: { answer: 'no', because: 'Nobody is locked out.' },
    });
  });

  it('is the token that a wildcard adds', () => {
    const after = policyOf(allow({ StringLike: { sub: 'repo:octo-org/octo-repo:ref:refs/heads/main*' } }));
    const { gained, lost } = reachDifference(before, after, HOME);
    expect(gained).toMatchObject({
      answer: 'yes',
      witness: { sub: 'repo:octo-org/octo-repo:ref:refs/heads/mainx' },
    });
    expect(lost.answer).toBe('no');
  });

  it('is the token that a Deny takes away', () => {
    const open = policyOf(allow({ StringLike: { sub: 'repo:octo-org/octo-repo:*' } }));
    const closed = policyOf(
      allow({ StringLike: { sub: 'repo:octo-org/octo-repo:*' } }),
      deny({ StringLike: { sub: '*:pull_request' } }),
    );
    const { gained, lost } = reachDifference(open, closed, HOME);
    expect(gained.answer).toBe('no');
    expect(lost).toMatchObject({ answer: 'yes', witness: { sub: 'repo:octo-org/octo-repo:pull_request' } });
  });

  it('drops the conditions on what only AWS knows that both have', () => {
    const limited = (sub: string) =>
      policyOf(allow({ StringLike: { sub }, IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }));
    expect(reachDifference(limited(MAIN), limited(MAIN), HOME).gained.answer).toBe('no');
    expect(reachDifference(limited(MAIN), limited(`${MAIN}?`), HOME).gained.answer).toBe('depends');
  });
});
