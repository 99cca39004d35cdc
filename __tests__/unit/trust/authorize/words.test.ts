import type { PolicyKind } from '../../../../src/trust/authorize/policies.js';
import { readRefusal } from '../../../../src/trust/authorize/words.js';

/*
 * The messages of https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html, for the actions of STS.
 */
describe('AWS names the kind of policy that refused', () => {
  it.each<[string, PolicyKind, boolean]>([
    ['because no service control policy allows the sts:AssumeRole action', 'service-control', false],
    ['with an explicit deny in a service control policy', 'service-control', true],
    ['with an explicit deny in a resource control policy', 'resource-control', true],
    ['because no VPC endpoint policy allows the sts:AssumeRole action', 'vpc-endpoint', false],
    ['with an explicit deny in a VPC endpoint policy', 'vpc-endpoint', true],
    [
      'with an explicit deny in a VPC endpoint policy transitively through a service control policy',
      'vpc-endpoint',
      true,
    ],
    ['because no permissions boundary allows the sts:AssumeRole action', 'boundary', false],
    ['with an explicit deny in a permissions boundary', 'boundary', true],
    ['because no session policy allows the sts:AssumeRole action', 'session', false],
    ['with an explicit deny in a sessions policy', 'session', true],
    ['because no resource-based policy allows the sts:AssumeRole action', 'resource', false],
    ['with an explicit deny in a resource-based policy', 'resource', true],
    ['because no role trust policy allows the sts:AssumeRole action', 'trust', false],
    ['with an explicit deny in the role trust policy', 'trust', true],
    ['because no identity-based policy allows the sts:AssumeRole action', 'identity', false],
    ['with an explicit deny in an identity-based policy', 'identity', true],
    ['due to an explicit deny in a Service Control Policy', 'service-control', true],
  ])('%s', (words, kind, isDenied) => {
    const user = 'User: arn:aws:iam::111122223333:user/alice is not authorized to perform: sts:AssumeRole';
    const expected = { kind, how: isDenied ? 'explicit-deny' : 'not-allowed', policyArn: undefined };
    for (const message of [`${user} ${words}`, `Not authorized to perform sts:AssumeRole ${words}.`]) {
      expect(readRefusal(message)).toEqual(expected);
    }
  });

  it('and the policy itself, where it does', () => {
    const arn = 'arn:aws:organizations::999999999999:policy/o-a1b2c3d4e5/service_control_policy/p-12345678';
    expect(readRefusal(`… with an explicit deny in a service control policy: ${arn}.`)?.policyArn).toBe(arn);
  });

  it.each([
    'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    'User: arn:aws:iam::111122223333:user/alice is not authorized to perform: sts:AssumeRole on resource: x',
    "L'utilisateur n'est pas autorisé à effectuer : sts:AssumeRole avec un refus explicite",
    'with an explicit deny in a policy of another kind',
    'because no policy allows the sts:AssumeRole action',
    '',
  ])('or does not: %s', (message) => {
    expect(readRefusal(message)).toBeUndefined();
  });
});
