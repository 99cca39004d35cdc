import { CASES } from '../../e2e/infrastructure/cases.js';
import { filterPatterns } from '../../e2e/infrastructure/filter-patterns.js';
import { ROOT } from '../support/pages.js';

const alarms = CASES.find(({ template }) => template === 'alarms');
if (alarms === undefined) throw new Error('there is no case for the alarms');
const patterns = filterPatterns(ROOT, alarms);

type Event = Readonly<Record<string, unknown>>;

const PROVIDER = 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com';
const ENTERED = {
  eventSource: 'sts.amazonaws.com',
  eventName: 'AssumeRoleWithWebIdentity',
  eventType: 'AwsApiCall',
  sourceIPAddress: '203.0.113.7',
  userIdentity: {
    type: 'WebIdentityUser',
    userName: 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main',
    identityProvider: PROVIDER,
  },
};
const ROLE = { sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::123456789012:role/github-deploy' } } };
const USED = {
  eventSource: 's3.amazonaws.com',
  eventName: 'ListBuckets',
  eventType: 'AwsApiCall',
  sourceIPAddress: '203.0.113.7',
  userIdentity: { type: 'AssumedRole', ...ROLE },
};
const ROOT_USED = {
  eventName: 'ConsoleLogin',
  eventType: 'AwsConsoleSignIn',
  userIdentity: { type: 'Root' },
};

const subject = (userName: string): Event => ({
  ...ENTERED,
  userIdentity: { ...ENTERED.userIdentity, userName },
});

/** Which alarms an event of CloudTrail raises. */
function raised(event: Event): readonly string[] {
  return [...patterns].filter(([, pattern]) => matches(pattern, event)).map(([name]) => name);
}

describe('the alarms', () => {
  test.each<[string, Event, readonly string[]]>([
    ['a token that enters as it should', ENTERED, []],
    ['a refused token', { ...ENTERED, errorCode: 'AccessDenied' }, ['refused-web-identity']],
    [
      'the subject of another owner',
      subject('repo:evil-org@66/octo-repo@1:ref:refs/heads/main'),
      ['foreign-subject'],
    ],
    ['a subject without ids', subject('repo:octo-org/octo-repo:ref:refs/heads/main'), ['foreign-subject']],
    [
      'the subject of a pod',
      {
        ...ENTERED,
        userIdentity: {
          ...ENTERED.userIdentity,
          identityProvider:
            'arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE',
          userName: 'system:serviceaccount:ci:deployer',
        },
      },
      [],
    ],
    ["the role from the runners' address", USED, []],
    ['the role from elsewhere', { ...USED, sourceIPAddress: '198.51.100.7' }, ['unexpected-address']],
    ['the role by a service', { ...USED, sourceIPAddress: 'cloudformation.amazonaws.com' }, []],
    ['root', ROOT_USED, ['root']],
    [
      'a service for root',
      { ...ROOT_USED, userIdentity: { type: 'Root', invokedBy: 's3.amazonaws.com' } },
      [],
    ],
    ['an event of a service', { ...ROOT_USED, eventType: 'AwsServiceEvent' }, []],
  ])('raised by %s are the right ones', (_, event, expected) => {
    expect(patterns.size).toBe(4);
    expect(raised(event)).toEqual(expected);
  });
});

/** CloudWatch's filter patterns for JSON, as far as these go: tests in parentheses, joined by `&&`. */
function matches(pattern: string, event: Event): boolean {
  const body = /^\{ (.*) \}$/.exec(pattern)?.[1];
  if (body === undefined) throw new Error(`not a pattern: ${pattern}`);
  return body.split(' && ').every((part) => holds(part, event));
}

function holds(part: string, event: Event): boolean {
  const existence = /^\(\$\.([\w.]+) (NOT )?EXISTS\)$/.exec(part);
  if (existence) return (valueAt(event, existence[1] ?? '') !== undefined) === (existence[2] === undefined);
  const comparison = /^\(\$\.([\w.]+) (!?=) "([^"]*)"\)$/.exec(part);
  if (comparison === null) throw new Error(`not a test: ${part}`);
  const [, path = '', operator, wanted = ''] = comparison;
  const value = valueAt(event, path);
  // A test of what is not there does not hold.
  if (typeof value !== 'string') return false;
  const parts = wanted.split('*').map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(value) === (operator === '=');
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((part, name) => {
    if (typeof part !== 'object' || part === null) return undefined;
    return Object.entries(part).find(([key]) => key === name)?.[1];
  }, value);
}
