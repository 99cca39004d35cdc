import { allow, answers, deny, HOME, summary, witnessOf } from './support.js';

const home = { ...HOME, ownerId: '1', repositoryId: '2' };

describe('a customised subject', () => {
  it.each([
    [['repository', 'ref'], 'repository:octo-org/octo-repo:ref:refs/heads/main'],
    [['repository_owner', 'repository_id'], 'repository_owner:octo-org:repository_id:2'],
    [['repository_owner_id', 'context'], 'repository_owner_id:1:ref:refs/heads/main'],
    [['repo', 'context', 'event_name'], 'repo:octo-org/octo-repo:ref:refs/heads/main:event_name:push'],
    [['repo', 'ref_type'], 'repo:octo-org@1/octo-repo@2:ref_type:branch'],
    [['workflow', 'actor', 'actor_id'], 'workflow:De%3Aploy:actor:octocat:actor_id:7'],
    [['enterprise_id', 'repository_visibility'], 'enterprise_id:9:repository_visibility:private'],
    [['repo', 'repo_property_team'], 'repo:octo-org/octo-repo:repo_property_team:payments'],
    [
      ['job_workflow_ref'],
      'job_workflow_ref:octo-org/octo-repo/.github/workflows/deploy.yaml@refs/pull/7/merge',
    ],
  ])('of the keys %j can be %s', (template, sub) => {
    const found = answers([allow({ StringEquals: { sub } })], { ...home, template });
    expect(witnessOf(found.get('intended'))?.['sub']).toBe(sub);
  });

  it('of a claim that GitHub is not known to write is not decided', () => {
    const template = ['repo', 'run_id'];
    const statement = allow({ StringEquals: { sub: 'repo:octo-org/octo-repo:run_id:1' } });
    expect(answers([statement], { ...home, template }).get('intended')).toMatchObject({
      answer: 'unknown',
      reason: 'template',
    });
  });

  it('of an environment is not decided for jobs without one', () => {
    const statement = allow({ StringEquals: { sub: 'environment:' } });
    const found = answers([statement], { ...home, template: ['environment'] });
    expect(found.get('other-branch')).toMatchObject({ answer: 'unknown', reason: 'template' });
    expect(found.get('other-environment')?.answer).toBe('no');
  });

  it('lets others in by a property of their repositories', () => {
    const statement = allow({ StringLike: { sub: 'repo_property_team:payments' } });
    expect(witnessOf(answers([statement], home).get('other-owner'))?.['sub']).toBe(
      'repo_property_team:payments',
    );
    const environment = allow({ StringEquals: { sub: 'environment:production' } });
    expect(witnessOf(answers([environment], home).get('other-owner'))?.['environment']).toBe('production');
  });

  it('cannot claim the repository of somebody else', () => {
    const statement = allow({
      StringLike: { sub: ['repo:octo-org/*', 'repository:octo-org/*', '*repository_id:2'] },
    });
    expect(summary([statement], home)['other-owner']).toBe('yes');
    const bound = allow({
      StringLike: { sub: ['repo:octo-org/*', 'repository:octo-org/*', 'repository_id:2'] },
    });
    expect(summary([bound], home)['other-owner']).toBe('no');
  });
});

describe('keys that only AWS knows', () => {
  const sub = 'repo:octo-org/octo-repo:ref:refs/heads/main';

  it.each([
    ['StringLike', 'aws:PrincipalOrgID', 'o-*'],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::111122223333:role/x'],
    ['DateLessThan', 'aws:CurrentTime', '2030-01-01T00:00:00Z'],
    ['NumericLessThan', 'aws:MultiFactorAuthAge', '300'],
    ['Bool', 'aws:SecureTransport', 'true'],
    ['Null', 'aws:SourceVpc', 'false'],
  ])('%s on %s: the answer depends on it', (operator, key, value) => {
    const found = answers([allow({ StringEquals: { sub }, [operator]: { [key]: value } })]).get('intended');
    expect(found).toMatchObject({ answer: 'depends', keys: [key] });
  });

  it('are no reason to doubt what another statement lets in', () => {
    const statements = [
      allow({ StringEquals: { sub }, IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }),
      allow({ StringEquals: { sub } }),
    ];
    expect(summary(statements).intended).toBe('yes');
  });

  it('that no value can satisfy leave the question open', () => {
    const contradiction = {
      IpAddress: { 'aws:SourceIp': '10.0.0.0/8' },
      NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' },
    };
    const found = answers([allow({ StringEquals: { sub }, ...contradiction })]).get('intended');
    expect(found).toMatchObject({ answer: 'unknown', reason: 'condition' });
  });
});

describe('many statements', () => {
  const each = (claims: (index: number) => Readonly<Record<string, string>>): readonly unknown[] =>
    Array.from({ length: 20 }, (_, index) => allow({ StringEquals: claims(index) }));

  it('are searched one by one where what they have in common lets somebody in', () => {
    const pairs = each((index) => ({
      sub: `repo:octo-org/octo-repo:environment:env-${index}`,
      ref: `refs/heads/release-${index}`,
    }));
    expect(summary(pairs, { ...home, environments: ['env-3'] })).toMatchObject({
      'other-owner': 'no',
      'other-environment': 'yes',
      'any-ref-in-environment': 'yes',
      tag: 'no',
      intended: 'no',
    });
  });

  it('of Deny close what they name', () => {
    const statements = [
      allow({ StringLike: { sub: 'repo:octo-org/octo-repo:environment:*' } }),
      ...Array.from({ length: 20 }, (_, index) => deny({ StringLike: { environment: `${index}*` } })),
      deny({ StringNotLike: { environment: ['1?', '3*'] } }),
    ];
    expect(summary(statements, home)['other-environment']).toBe('no');
  });
});

describe('an ARN', () => {
  it('is compared part by part, which a subject can be', () => {
    const template = ['repo', 'context', 'workflow', 'actor'];
    const within = { ArnLike: { sub: 'repo:octo-org/*:ref:*:workflow:*:actor:oct*' } };
    expect(summary([allow(within)], { ...home, template }).intended).toBe('yes');
    const across = { ArnLike: { sub: 'repo:*:workflow:*:actor:octocat:*' } };
    expect(summary([allow(across)], { ...home, template }).intended).toBe('no');
  });
});
