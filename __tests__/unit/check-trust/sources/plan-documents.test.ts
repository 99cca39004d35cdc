import { findIn, HOST, PROVIDER, rolesIn, unknown } from '../../../support/found-policies.js';

const TYPE = 'aws_iam_policy_document';
const DATA = `data.${TYPE}.trust`;
const statement = (subject: string) => ({
  actions: ['sts:AssumeRoleWithWebIdentity'],
  principals: [{ type: 'Federated', identifiers: [PROVIDER] }],
  condition: [{ test: 'StringLike', variable: `${HOST}:sub`, values: [subject] }],
});
const SHORT = (subject: string) => [PROVIDER, `StringLike ${HOST}:sub ${subject}`];

/** A plan of one role that only the apply makes, with data sources that the apply reads, or that were read before. */
const plan = (given: {
  readonly references?: readonly unknown[];
  readonly deferred?: readonly object[];
  readonly read?: readonly object[];
  readonly children?: readonly object[];
}) => ({
  planned_values: {},
  configuration: {
    root_module: {
      resources: [
        {
          address: 'aws_iam_role.deploy',
          expressions: { assume_role_policy: { references: given.references ?? [`${DATA}.json`, DATA] } },
        },
      ],
    },
  },
  resource_changes: [
    {
      address: 'aws_iam_role.deploy',
      type: 'aws_iam_role',
      change: { after: {}, after_unknown: { assume_role_policy: true } },
    },
    ...(given.deferred ?? []),
  ],
  prior_state: {
    values: { root_module: { resources: given.read ?? [], child_modules: given.children ?? [] } },
  },
});
const deferred = (after: unknown, afterUnknown?: unknown, address = DATA) => ({
  address,
  type: TYPE,
  change: { after, after_unknown: afterUnknown },
});
const read = (values: unknown, address = DATA) => ({ address, type: TYPE, values });

const rolesOf = (document: object) => rolesIn({ 'plan.json': JSON.stringify(document) }, 'plan.json');

it.each([
  ['a list that only the apply knows', { condition: [{ values: [true] }] }, unknown('known after the apply')],
  [
    'more items than the plan has',
    { condition: [{ values: [false, true] }] },
    `x|${unknown('known after the apply')}`,
  ],
  ['nothing unknown', { condition: false }, 'x'],
  ['an argument that is not in the plan', { other: true }, 'x'],
])('%s', async (_, inStatement, subject) => {
  const change = deferred({ statement: [statement('x')] }, { statement: [inStatement] });
  expect(await rolesOf(plan({ deferred: [change] }))).toEqual({ 'aws_iam_role.deploy': SHORT(subject) });
});

it('a version, a source and an override that are known count', async () => {
  const policy = (subject: string) =>
    JSON.stringify({
      Statement: {
        Sid: 'a',
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: PROVIDER },
        Condition: { StringLike: { [`${HOST}:sub`]: subject } },
      },
    });
  const values = {
    version: '2008-10-17',
    source_json: policy('one'),
    override_policy_documents: [policy('two')],
  };
  const { policies } = await findIn(
    { 'plan.json': JSON.stringify(plan({ deferred: [deferred(values, {})] })) },
    'plan.json',
  );
  expect(JSON.stringify(policies[0]?.policy)).toContain('2008-10-17');
  expect(await rolesOf(plan({ deferred: [deferred(values, {})] }))).toEqual({
    'aws_iam_role.deploy': SHORT('two'),
  });
});

it('of several instances the one with the index is the one', async () => {
  const two = [
    read({ statement: [statement('zero')] }, `${DATA}[0]`),
    read({ statement: [statement('one')] }, `${DATA}[1]`),
  ];
  expect(await rolesOf(plan({ read: two, references: [`${DATA}[1].json`, `${DATA}[1]`, DATA] }))).toEqual({
    'aws_iam_role.deploy': SHORT('one'),
  });
  expect(await rolesOf(plan({ read: two }))).toEqual({});
});

it.each([
  [
    'refers to two documents',
    plan({ references: [DATA, `${DATA}2`], read: [read({ statement: [statement('x')] })] }),
  ],
  [
    'refers to what is not a text',
    plan({ references: [1, null], read: [read({ statement: [statement('x')] })] }),
  ],
  ['refers to a document that is not there', plan({})],
  [
    'refers to resources of other kinds',
    plan({
      read: [
        { address: DATA, type: 'aws_s3_bucket', values: {} },
        { type: TYPE, values: {} },
      ],
    }),
  ],
  [
    'has changes of other kinds',
    plan({ deferred: [{ type: TYPE }, { type: 'aws_s3_bucket', address: DATA, change: { after: {} } }] }),
  ],
])('a role that %s is reported as unknown until the apply', async (_, document) => {
  const { policies, problems } = await findIn({ 'plan.json': JSON.stringify(document) }, 'plan.json');
  expect([policies, problems]).toMatchObject([
    [],
    [{ rule: 'unknown-until-apply', role: 'aws_iam_role.deploy' }],
  ]);
});

describe('a plan or a state', () => {
  const POLICY = JSON.stringify({ Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*' } });

  it('calls roles without an address by their type', async () => {
    const role = { type: 'aws_iam_role', values: { assume_role_policy: POLICY } };
    expect(await rolesOf({ values: { root_module: { resources: [role] } } })).toEqual({
      aws_iam_role: ['*'],
    });
    const change = { change: { after_unknown: { assume_role_policy: true } } };
    const { problems } = await findIn(
      { 'plan.json': JSON.stringify({ planned_values: {}, resource_changes: [change] }) },
      'plan.json',
    );
    expect(problems).toMatchObject([{ rule: 'unknown-until-apply', role: 'aws_iam_role' }]);
  });

  it('as it is stored has numbers for indexes, and may have a role without a policy', async () => {
    const resources = [
      {
        type: 'aws_iam_role',
        name: 'a',
        instances: [
          { index_key: 0, attributes: { assume_role_policy: POLICY } },
          { index_key: 1, attributes: {} },
        ],
      },
    ];
    const text = JSON.stringify({ terraform_version: '1.9.0', resources });
    const { policies, problems } = await findIn({ 's.json': text }, 's.json');
    expect(policies.map(({ role }) => role)).toEqual(['aws_iam_role.a[0]']);
    expect(problems).toMatchObject([
      { rule: 'unread', role: 'aws_iam_role.a[1]', message: 'it has no assume_role_policy' },
    ]);
  });
});

it("IAM's list may name roles without ARNs, or without names", async () => {
  const text = JSON.stringify([{ RoleName: 'a' }, { AssumeRolePolicyDocument: '%7B%' }, { other: 1 }]);
  const { problems } = await findIn({ 'i.json': text }, 'i.json');
  expect(problems).toMatchObject([
    { rule: 'syntax', role: 'a role without a name' },
    { rule: 'unread', role: 'a' },
  ]);
  expect((await findIn({ 'i.json': '[[{"RoleName":"b"}]]' }, 'i.json')).problems).toMatchObject([
    { rule: 'unread', role: 'b' },
  ]);
});
