import { isOfAws, isRoleArn, isRolePath, isSessionOf, parseArn, roleArn } from '../../../src/core/arn.js';

describe("a role's ARN", () => {
  it.each([
    ['arn:aws:iam::111122223333:role/deploy', true],
    ['arn:aws:iam::111122223333:role/ci/team/deploy', true],
    ['arn:aws-cn:iam::111122223333:role/deploy', true],
    ['arn:aws-us-gov:iam::111122223333:role/deploy', true],
    ['arn:aws-eusc:iam::111122223333:role/deploy', true],
    ['arn:aws-iso-b:iam::111122223333:role/deploy', true],
    ['arn:aws:iam::111122223333:role/deploy=a,b.c@d-e_f+g', true],
    ['arn:aws:iam::111122223333:role/', false],
    ['arn:aws:iam:::role/deploy', true],
    ['arn:aws:iam::tenant$1:role/ci/deploy', true],
    ['arn:minio:iam:::role/dummy-internal', true],
    ['arn:aws:iam::11112222333:role/deploy', true],
    ['arn:aws:iam::a b:role/deploy', false],
    ['arn::iam::111122223333:role/deploy', false],
    ['arn:aws:iam:us-east-1:111122223333:role/deploy', false],
    ['arn:aws:iam::111122223333:user/deploy', false],
    ['arn:aws:sts::111122223333:assumed-role/deploy/x', false],
    ['arn:aws:sts::111122223333:role/deploy', false],
    [`arn:aws:iam::111122223333:role/${'x'.repeat(65)}`, false],
    ['arn:aws:iam::111122223333:role/de ploy', false],
    ['arn:aws:iam::111122223333:role/deploy\n', false],
    ['deploy', false],
  ])('%j: %s', (text, is) => {
    expect(isRoleArn(text)).toBe(is);
  });

  it.each([
    ['arn:aws:iam::111122223333:role/deploy', true],
    ['arn:aws-cn:iam::111122223333:role/deploy', true],
    ['arn:aws:iam:::role/deploy', false],
    ['arn:aws:iam::tenant:role/deploy', false],
    ['arn:aws:iam::1111222233334:role/deploy', false],
    ['arn:minio:iam::111122223333:role/deploy', false],
    ['arn:azure:iam::111122223333:role/deploy', false],
    ['nonsense', false],
  ])('%s can be one of AWS: %s', (arn, is) => {
    expect(isOfAws(arn)).toBe(is);
  });

  it.each([
    ['deploy', 'arn:aws-cn:iam::777788889999:role/deploy'],
    ['ci/deploy', 'arn:aws-cn:iam::777788889999:role/ci/deploy'],
    ['arn:aws:iam::111122223333:role/x', 'arn:aws:iam::111122223333:role/x'],
  ])('of %s, for a caller in China, is %s', (role, arn) => {
    const caller = parseArn('arn:aws-cn:iam::777788889999:user/me');
    if (caller === undefined) throw new Error('The ARN is one.');
    expect(roleArn(role, caller)).toBe(arn);
  });

  it.each([
    ['deploy', true],
    ['a/b/deploy', true],
    ['/deploy', false],
    ['', false],
    ['a//', false],
  ])('may be made of the name %j: %s', (name, is) => {
    expect(isRolePath(name)).toBe(is);
  });
});

describe('a session', () => {
  const session = 'arn:aws:sts::111122223333:assumed-role/deploy/name';
  it.each([
    ['arn:aws:iam::111122223333:role/deploy', true],
    ['arn:aws:iam::111122223333:role/ci/deploy', true],
    ['deploy', true],
    ['arn:aws:iam:::role/deploy', true],
    ['arn:minio:iam:::role/deploy', false],
    ['arn:aws:iam::444455556666:role/deploy', false],
    ['arn:aws-cn:iam::111122223333:role/deploy', false],
    ['arn:aws:iam::111122223333:role/deploy2', false],
    ['name', false],
  ])('is one of %s: %s', (role, is) => {
    expect(isSessionOf(session, role)).toBe(is);
  });

  it('is not what a user is', () => {
    expect(isSessionOf('arn:aws:iam::111122223333:user/deploy', 'deploy')).toBe(false);
    expect(isSessionOf('nonsense', 'deploy')).toBe(false);
  });
});
