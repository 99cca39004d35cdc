import { CASES } from '../../e2e/infrastructure/cases.js';
import { filterPatterns } from '../../e2e/infrastructure/filter-patterns.js';
import { jsonLines } from '../../sandbox/aws/cloudtrail/trail.js';
import { HUB } from '../support/assume-role.js';
import { sharedCloud } from '../support/cloud.js';
import { ROOT } from '../support/pages.js';
import { assumeWithToken, keysOf, requestToken, signed } from '../support/sts-client.js';

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
function raised(event: Event, by = patterns): readonly string[] {
  return [...by].filter(([, pattern]) => matches(pattern, event)).map(([name]) => name);
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
    ['the role by a service that has no name', { ...USED, sourceIPAddress: 'AWS Internal' }, []],
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

describe('the alarms on what the sandbox records', () => {
  const sandbox = sharedCloud();

  const SEEN_BEFORE = {
    ExpectedSubject: 'repo:octo-org@65/*',
    WatchedRoleArn: HUB,
    ExpectedAddress: '127.0.0.1',
  };

  it.each<[string, Record<string, string>, string, readonly string[]]>([
    ['nothing else than is expected', {}, 'main', []],
    ['a branch that the role does not trust', {}, 'feature', ['refused-web-identity']],
    [
      'another subject than the expected',
      { ExpectedSubject: 'repo:*:environment:production' },
      'main',
      ['foreign-subject'],
    ],
    ['another address', { ExpectedAddress: '203.0.113.*' }, 'main', ['unexpected-address']],
  ])('are raised by %s', async (_, parameters, branch, expected) => {
    const { cloud } = sandbox;
    const first = cloud.trail.length;
    const token = await requestToken(cloud.environment({ ref: `refs/heads/${branch}` }));
    const answer = await assumeWithToken(cloud, HUB, token);
    if (answer.status === 200) await signed(cloud, keysOf(answer), { Action: 'GetCallerIdentity' });
    const changed = filterPatterns(ROOT, { ...alarms, parameters: { ...SEEN_BEFORE, ...parameters } });
    // The filters know GitHub's issuer only.
    const issuer = cloud.issuer.replace('http://', '');
    const events = jsonLines(cloud.trail.slice(first)).replaceAll(
      issuer,
      'token.actions.githubusercontent.com',
    );
    const lines = events.trimEnd().split('\n');
    expect(lines.length).toBe(answer.status === 200 ? 2 : 1);
    expect(lines.flatMap((line) => raised(JSON.parse(line), changed))).toEqual(expected);
  });
});

/** CloudWatch's filter patterns for JSON, as far as these go: tests in parentheses, joined by `&&`. */
function matches(pattern: string, event: Event): boolean {
  const body = /^\{ (.*) \}$/.exec(pattern)?.[1];
  if (body === undefined) throw new Error(`not a pattern: ${pattern}`);
  return body.split(' && ').every((part) => holds(part, event));
}

function holds(part: string, event: Event): boolean {
  const absence = /^\(\$\.([\w.]+) NOT EXISTS\)$/.exec(part);
  if (absence) return valueAt(event, absence[1] ?? '') === undefined;
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
