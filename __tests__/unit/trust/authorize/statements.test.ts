import { authorize } from '../../../../src/trust/authorize/authorize.js';
import { Context } from '../../../../src/trust/evaluate/context.js';
import { ALLOW, ask, BUCKET, DENY, OTHER, OWN, outcome, policy, USER } from './support.js';

describe('a statement', () => {
  it.each<[string, object, string]>([
    ['with a wildcard in the action', { Action: 's3:Get*', Resource: '*' }, 'yes'],
    ['in another case', { Action: 'S3:getobject', Resource: '*' }, 'yes'],
    ['with NotAction', { NotAction: 's3:Put*', Resource: '*' }, 'yes'],
    ['with NotAction that names it', { NotAction: 's3:*', Resource: '*' }, 'no'],
    ['with a wildcard in the resource', { Action: '*', Resource: 'arn:aws:s3:::bucket/*' }, 'yes'],
    ['with a question mark', { Action: '*', Resource: 'arn:aws:s3:::bucket/k?y' }, 'yes'],
    ['with another resource', { Action: '*', Resource: 'arn:aws:s3:::other/*' }, 'no'],
    ['with a resource in another case', { Action: '*', Resource: 'arn:aws:s3:::Bucket/*' }, 'no'],
    ['with NotResource', { Action: '*', NotResource: 'arn:aws:s3:::other/*' }, 'yes'],
    ['with NotResource that names it', { Action: '*', NotResource: ['x', BUCKET].slice(1) }, 'no'],
    ['with a variable', { Action: '*', Resource: `arn:aws:s3:::\${aws:username}/*` }, 'yes'],
    ['with a variable of no value', { Action: '*', Resource: `arn:aws:s3:::\${aws:userid}/*` }, 'no'],
    [
      'with a condition that holds',
      { Action: '*', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } },
      'yes',
    ],
    [
      'with a condition that does not',
      { Action: '*', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } },
      'no',
    ],
    ['with a placeholder', { Action: '*', Resource: `arn:aws:s3:::\${BUCKET}/*` }, 'unknown'],
    ['with a placeholder elsewhere', { Action: '*', Resource: `arn:aws:sqs:::\${QUEUE}` }, 'no'],
    [
      'with NotResource of a placeholder',
      { Action: '*', NotResource: `arn:aws:s3:::\${BUCKET}/*` },
      'unknown',
    ],
  ])('%s', (_, statement, applies) => {
    const keys = { 'aws:username': 'bucket', 'aws:SourceIp': '203.0.113.7' };
    const decide = (Effect: string) =>
      ask({ identity: [policy(ALLOW, { ...statement, Effect })] }, { keys }).decision;
    expect(decide('Deny')).toBe({ yes: 'deny', no: 'allow', unknown: 'unknown' }[applies]);
    const alone = outcome({ identity: [policy({ ...statement, Effect: 'Allow' })] }, { keys });
    const refused = 'because no identity-based policy allows the s3:GetObject action';
    expect(alone).toBe({ yes: 'allow', no: refused, unknown: 'unknown: identity' }[applies]);
  });

  it.each([
    [{ ...ALLOW, Principal: '*' }, 'this kind of policy has no Principal'],
    [{ Effect: 'Allow', Action: '*' }, 'has neither Resource nor NotResource'],
    [{ ...ALLOW, NotResource: '*' }, 'has both Resource and NotResource'],
    [{ ...ALLOW, Resource: 'bucket' }, '"bucket" is not a resource; write an ARN or *'],
    [{ ...ALLOW, Resource: [] }, 'Resource is empty'],
  ])('that IAM would not save is an error: %j', (statement, message) => {
    expect(() => policy(statement)).toThrow(message);
  });
});

describe('what is not known', () => {
  it('leaves it undecided, unless another kind of policy decides', () => {
    expect(outcome({ identity: 'unknown' })).toBe('unknown: identity');
    expect(outcome({ identity: 'unknown', boundary: policy(OTHER) })).toMatch('no permissions boundary');
    expect(outcome({ identity: 'unknown', boundary: policy(DENY) })).toMatch('explicit deny');
  });

  it('may be a condition on what only AWS knows', () => {
    const condition = { Bool: { 'aws:SecureTransport': 'true' } };
    const identity = [policy({ ...ALLOW, Condition: condition })];
    const request = { principal: USER, action: 's3:GetObject', resource: BUCKET, resourceAccount: OWN };
    const asked = { ...request, context: new Context() };
    expect(authorize(asked, { identity }).decision).toBe('deny');
    const isUndecided = () => true;
    expect(authorize(asked, { identity }, isUndecided)).toMatchObject({ decision: 'unknown' });
  });
});

it('says which statements refused', () => {
  const identity = [
    { ...policy(ALLOW, { ...DENY, Sid: 'Revoked' }), name: 'AWSRevokeOlderSessions' },
    policy({ ...DENY, Action: 'ec2:*' }),
  ];
  const denied = ask({ identity });
  expect(denied).toMatchObject({
    by: {
      how: 'explicit-deny',
      statements: [{ policy: 'AWSRevokeOlderSessions', statement: { sid: 'Revoked' } }],
    },
  });
  expect(ask({ identity: [policy(OTHER)] })).toMatchObject({
    by: {
      how: 'not-allowed',
      statements: [{ policy: 'policy', coversAction: false, coversResource: 'yes' }],
    },
  });
});
