import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cloud, CloudTrailEvent } from '../../sandbox/cloud.js';
import { isObject, listAt, objectAt } from '../../sandbox/core/json.js';
import { runChild } from '../../sandbox/runner/child.js';
import { type Check, expectEqual, expectThat } from '../check.js';
import type { Tool, Tools } from '../tools.js';
import { pageCommands, pageQueries } from './page-queries.js';
import { AUDITOR, withRuns } from './runs.js';
import { athenaTable, lakeTable } from './tables.js';

type Row = Readonly<Record<string, unknown>>;

const MAIN = 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main';
const HUB = 'arn:aws:iam::222233334444:role/hub-deploy';
const SPOKE = 'arn:aws:iam::444455556666:role/spoke-deploy';
const NAME = 'gh-octo-org-octo-repo-9876543210-1';
const HUB_SESSION = `arn:aws:sts::222233334444:assumed-role/hub-deploy/${NAME}`;
const SPOKE_SESSION = `arn:aws:sts::444455556666:assumed-role/spoke-deploy/${NAME}`;

/** What each query of docs/audit.md finds after the runs of `recordRuns`, as the columns named. */
const EXPECTED: Readonly<Record<string, readonly [columns: readonly string[], rows: readonly unknown[]]>> = {
  'The roles that a run assumed': [
    ['eventname', 'role', 'session_name', 'errorcode'],
    [
      ['AssumeRoleWithWebIdentity', HUB, NAME, null],
      ['AssumeRole', SPOKE, NAME, null],
    ],
  ],
  "From a step's record to its events": [
    ['eventname', 'recipientaccountid', 'caller'],
    [
      ['AssumeRole', '222233334444', 'AssumedRole'],
      ['AssumeRole', '444455556666', 'AWSAccount'],
    ],
  ],
  'Everything that a run did': [
    ['eventname', 'session', 'recipientaccountid'],
    [
      ['AssumeRole', HUB_SESSION, '222233334444'],
      ['GetCallerIdentity', SPOKE_SESSION, '444455556666'],
    ],
  ],
  'The run behind an event': [
    ['eventname', 'session', 'subject', 'run'],
    [
      [
        'GetCallerIdentity',
        SPOKE_SESSION,
        MAIN,
        'https://github.com/octo-org/octo-repo/actions/runs/9876543210/attempts/1',
      ],
    ],
  ],
  'What was refused': [
    ['subject', 'role', 'errorcode', 'calls'],
    [[MAIN.replace('main', 'feature'), HUB, 'AccessDenied', 1]],
  ],
  'Roles assumed for one person': [['role', 'source_identity'], [[SPOKE, 'octocat']]],
  'Everything that a run did, in Lake': [
    ['eventname', 'arn', 'sourceidentity'],
    [
      ['AssumeRole', HUB_SESSION, null],
      ['GetCallerIdentity', SPOKE_SESSION, 'octocat'],
    ],
  ],
  'The tokens of foreign repositories that got in': [
    ['username', 'role'],
    [['repo:octo-org/octo-repo:ref:refs/heads/main', 'arn:aws:iam::111122223333:role/legacy-subject']],
  ],
};

/** The queries of docs/audit.md over what the sandbox records of the action. */
export function auditChecks(root: string, { queries, aws, jq }: Tools): readonly Check[] {
  let found: Promise<ReadonlyMap<string, readonly Row[]>> | undefined;
  const results = (): Promise<ReadonlyMap<string, readonly Row[]>> => {
    found ??= runQueries(root, queries);
    return found;
  };
  const sql = [...pageQueries(root).keys()].map((title) => ({
    name: `audit: ${title}`,
    tools: [queries],
    run: async () => {
      const rows = (await results()).get(title) ?? [];
      const [columns, expected] = EXPECTED[title] ?? [[], []];
      expectThat(expected.length > 0, 'nobody knows what this query should find');
      // CloudTrail's times have whole seconds, so events of one second may come in any order, or as one distinct row.
      const sorted = (lines: readonly unknown[]) =>
        [...new Set(lines.map((line) => JSON.stringify(line)))].sort();
      const actual = rows.map((row) => columns.map((column) => row[column]));
      expectEqual(sorted(actual), sorted(expected), 'the rows');
    },
  }));
  const commands: Check = {
    name: 'audit: the commands of the AWS CLI',
    tools: [aws, jq],
    run: () => withRuns(root, (events, cloud) => expectCommands(root, aws, events, cloud)),
  };
  return [...sql, commands];
}

async function expectCommands(
  root: string,
  aws: Tool,
  events: readonly CloudTrailEvent[],
  cloud: Cloud,
): Promise<void> {
  const [byName = '', byKey = ''] = pageCommands(root);
  const accessKeyId = String(lastUse(events).userIdentity['accessKeyId']);
  const used = await runCommand(aws, cloud, byName);
  expectEqual(
    used.trim().split(/\s+/).slice(1),
    ['sts.amazonaws.com', 'GetCallerIdentity'],
    'what the run did',
  );
  const issued: unknown = JSON.parse(
    await runCommand(aws, cloud, byKey.replace('ACCESS_KEY_ID', accessKeyId)),
  );
  const { userAgent, requestParameters } = objectAt(issued, 'the event');
  expectThat(/ md\/run_id#9876543210 /.test(String(userAgent)), `the user agent is ${userAgent}`);
  expectEqual(objectAt(requestParameters, 'the parameters').roleArn, SPOKE, 'the role');
}

/** Runs a command of the page in the shell, with the AWS CLI asking the sandbox. */
async function runCommand(aws: Tool, cloud: Cloud, command: string): Promise<string> {
  const { exitCode, stdout, stderr } = await runChild({
    command: 'bash',
    args: ['-c', `set -euo pipefail\naws() { "$AWS_CLI" --endpoint-url "$SANDBOX" "$@"; }\n${command}`],
    cwd: tmpdir(),
    env: {
      ...AUDITOR,
      AWS_CLI: aws.path,
      SANDBOX: cloud.awsUrl,
      PATH: process.env.PATH ?? '',
      HOME: tmpdir(),
      AWS_PAGER: '',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
    timeoutMs: 60_000,
    measureMemory: false,
    onLine: () => {},
  });
  expectEqual([exitCode, stderr], [0, ''], 'the command');
  return stdout;
}

async function runQueries(root: string, queries: Tool): Promise<ReadonlyMap<string, readonly Row[]>> {
  const events = await withRuns(root, async (recorded) => recorded);
  const asked = [...pageQueries(root)];
  const input = {
    tables: { cloudtrail_logs: athenaTable(events), EVENT_DATA_STORE_ID: lakeTable(events) },
    queries: asked.map(([, sql]) =>
      sql.replaceAll('EVENT_ID', lastUse(events).eventID).replaceAll('REQUEST_ID', chainedCall(events)),
    ),
  };
  const script = join(root, 'e2e', 'audit', 'run_queries.py');
  const output = execFileSync(queries.path, [script], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    timeout: 120_000,
  });
  const parsed: unknown = JSON.parse(output);
  const results = listAt(parsed, 'the output').map((rows) =>
    listAt(rows, 'the rows').map((row) => objectAt(row, 'a row')),
  );
  return new Map(asked.map(([title], index) => [title, results[index] ?? []]));
}

/** The request ID of the run's call for its second role. */
function chainedCall(events: readonly CloudTrailEvent[]): string {
  const call = events.find(({ eventName }) => eventName === 'AssumeRole');
  if (call === undefined) throw new Error('the run has not assumed its second role');
  return call.requestID;
}

/** The event that a later step of the run caused. */
function lastUse(events: readonly CloudTrailEvent[]): CloudTrailEvent {
  const use = events.find(
    ({ eventName, userIdentity }) =>
      eventName === 'GetCallerIdentity' && isObject(userIdentity) && userIdentity['arn'] === SPOKE_SESSION,
  );
  if (use === undefined) throw new Error('the run has not used its credentials');
  return use;
}
