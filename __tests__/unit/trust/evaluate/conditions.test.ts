import { holds, variable } from '../../../support/trust-policies.js';

type Case = readonly [
  title: string,
  block: unknown,
  context: Readonly<Record<string, string | readonly string[]>>,
  answer: boolean,
];

const OPERATORS =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html';
const SETS =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html';
const LOGIC =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html';
const VARIABLES = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html';

const ARN = 'arn:aws:iam::111122223333:role/ci/hub';
const LAMBDA = 'arn:aws:lambda:us-east-1:111122223333:function:a:b';

const CASES: Readonly<Record<string, readonly Case[]>> = {
  [`${OPERATORS}#Conditions_String`]: [
    ['StringEquals: with case', { StringEquals: { k: 'John' } }, { k: 'john' }, false],
    ['StringEquals: one of several values', { StringEquals: { k: ['a', 'b'] } }, { k: 'b' }, true],
    ['StringEquals: a star is a star', { StringEquals: { k: 'a*' } }, { k: 'ab' }, false],
    [
      'StringEquals: the key in other case',
      { StringEquals: { 'AWS:UserName': 'a' } },
      { 'aws:username': 'a' },
      true,
    ],
    ['StringEquals: the key is absent', { StringEquals: { k: 'a' } }, {}, false],
    ['StringNotEquals: the key is absent', { StringNotEquals: { k: 'a' } }, {}, true],
    ['StringEqualsIgnoreCase', { StringEqualsIgnoreCase: { k: 'JOHN' } }, { k: 'john' }, true],
    ['StringNotEqualsIgnoreCase', { StringNotEqualsIgnoreCase: { k: 'JOHN' } }, { k: 'john' }, false],
    ['StringLike: any text, also none', { StringLike: { k: 'a*b' } }, { k: 'ab' }, true],
    ['StringLike: any text, also lines', { StringLike: { k: 'a*b' } }, { k: 'a\n\nb' }, true],
    ['StringLike: one character', { StringLike: { k: 'a?c' } }, { k: 'ac' }, false],
    ['StringLike: the whole text', { StringLike: { k: 'repo:a/b' } }, { k: 'repo:a/b:ref:x' }, false],
    ['StringLike: a dot is a dot', { StringLike: { k: 'a.c' } }, { k: 'abc' }, false],
    ['StringNotLike', { StringNotLike: { k: 'a*' } }, { k: 'ab' }, false],
    ['StringNotLike: the key is absent', { StringNotLike: { k: 'a*' } }, {}, true],
    ['no value at all', { StringEquals: { k: [] } }, { k: 'a' }, false],
  ],
  [`${OPERATORS}#Conditions_Numeric`]: [
    ['up to ten', { NumericLessThanEquals: { 's3:max-keys': '10' } }, { 's3:max-keys': '10' }, true],
    ['a JSON number', { NumericEquals: { k: 5 } }, { k: '5' }, true],
    ['10 is 10.0', { NumericEquals: { k: '10.0' } }, { k: '10' }, true],
    ['by value, not by text', { NumericGreaterThan: { k: '9' } }, { k: '10' }, true],
    ['no exponents', { NumericEquals: { k: '1e1' } }, { k: '10' }, false],
    ['not equal', { NumericNotEquals: { k: '1' } }, { k: '2' }, true],
    [
      'not equal to the same number, written otherwise',
      { NumericNotEquals: { k: '1.0' } },
      { k: '1' },
      false,
    ],
    ['with a sign', { NumericEquals: { k: ['+5', '-7'] } }, { k: '5' }, true],
    ['below zero', { NumericLessThan: { k: '0' } }, { k: '-1' }, true],
    ['without a digit before or after the point', { NumericEquals: { k: '.5' } }, { k: '0.5' }, true],
    ['less than', { NumericLessThan: { k: '5' } }, { k: '5' }, false],
    ['at least', { NumericGreaterThanEquals: { k: '5' } }, { k: '5' }, true],
    ['not equal to what is no number', { NumericNotEquals: { k: 'one' } }, { k: '2' }, false],
    ['the key is absent', { NumericLessThan: { k: '5' } }, {}, false],
    ['no variables', { NumericEquals: { k: variable('n') } }, { k: '5', n: '5' }, false],
  ],
  [`${OPERATORS}#Conditions_Date`]: [
    [
      'after',
      { DateGreaterThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:01Z' } },
      { 'aws:TokenIssueTime': '2020-06-01T00:00:00Z' },
      true,
    ],
    ['a day is its first moment', { DateEquals: { k: '2020-01-01' } }, { k: '2020-01-01T00:00:00Z' }, true],
    ['a year and a month too', { DateEquals: { k: ['2020', '2020-01'] } }, { k: '2020-01-01T00:00Z' }, true],
    ['zones', { DateEquals: { k: '2020-01-01T01:30:00+01:30' } }, { k: '2020-01-01T00:00:00Z' }, true],
    [
      'a zone west of Greenwich',
      { DateEquals: { k: '2019-12-31T19:00:00-05:00' } },
      { k: '2020-01-01T00:00:00Z' },
      true,
    ],
    ['no hour 24', { DateLessThan: { k: '2020-01-01T24:00:00Z' } }, { k: '2019-01-01' }, false],
    ['no minute 60', { DateLessThan: { k: '2020-01-01T12:60:00Z' } }, { k: '2019-01-01' }, false],
    ['no second 60', { DateLessThan: { k: '2020-01-01T12:00:60Z' } }, { k: '2019-01-01' }, false],
    ['fractions', { DateLessThan: { k: '2020-01-01T00:00:00.5Z' } }, { k: '2020-01-01T00:00:00.25Z' }, true],
    ['seconds since the epoch', { DateEquals: { k: '1577836800' } }, { k: '2020-01-01T00:00:00Z' }, true],
    ['before the epoch', { DateEquals: { k: '-86400' } }, { k: '1969-12-31' }, true],
    ['no date is not the epoch', { DateEquals: { k: '' } }, { k: '1970-01-01' }, false],
    ['a sign alone is no date', { DateNotEquals: { k: '-' } }, { k: '1970-01-01' }, false],
    ['30 February is no date', { DateLessThan: { k: '2020-02-30' } }, { k: '2020-01-01' }, false],
    ['at or before', { DateLessThanEquals: { k: '2020-01-01' } }, { k: '2020-01-01' }, true],
    ['not equal', { DateNotEquals: { k: '2020-01-01' } }, { k: '2020-01-02' }, true],
    [
      'not equal to the same moment, written otherwise',
      { DateNotEquals: { k: '2020-01-01' } },
      { k: '2020-01-01T01:00:00+01:00' },
      false,
    ],
    ['not equal to what is no date', { DateNotEquals: { k: '2020-13-01' } }, { k: '2020-01-01' }, false],
    ['the key is absent', { DateNotEquals: { k: '2020-01-01' } }, {}, true],
  ],
  [`${OPERATORS}#Conditions_Boolean`]: [
    ['false', { Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:SecureTransport': 'false' }, true],
    ['a JSON boolean', { Bool: { k: true } }, { k: 'true' }, true],
    ['another case', { Bool: { k: 'TRUE' } }, { k: 'true' }, true],
    ['absent is not false', { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, {}, false],
    ['neither', { Bool: { k: 'yes' } }, { k: 'yes' }, false],
  ],
  [`${OPERATORS}#Conditions_BinaryEquals`]: [
    ['the same bytes', { BinaryEquals: { k: 'QmluYXJ5' } }, { k: 'QmluYXJ5' }, true],
    ['other bytes', { BinaryEquals: { k: 'QmluYXJ5' } }, { k: 'YQ==' }, false],
    ['all letters of base64', { BinaryEquals: { k: '+/09azAZ+w==' } }, { k: '+/09azAZ+w==' }, true],
    ['a star is none of them', { BinaryEquals: { k: '*/09' } }, { k: '*/09' }, false],
    ['no base64', { BinaryEquals: { k: '***' } }, { k: '***' }, false],
  ],
  [`${OPERATORS}#Conditions_IPAddress`]: [
    [
      'in the range',
      { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      { 'aws:SourceIp': '203.0.113.255' },
      true,
    ],
    [
      'outside',
      { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      { 'aws:SourceIp': '203.0.114.0' },
      false,
    ],
    [
      'IPv6',
      { IpAddress: { k: ['10.0.0.0/8', '2001:DB8:1234:5678::/64'] } },
      { k: '2001:db8:1234:5678::9' },
      true,
    ],
    [
      'IPv6 with unequal groups before the zeros',
      { IpAddress: { k: '2001:db8:1:20::/64' } },
      { k: '2001:db8:1:20:30::4' },
      true,
    ],
    [
      'IPv6 that differs in one of those groups',
      { IpAddress: { k: '2001:db8:1:20::/64' } },
      { k: '2001:db8:1:21::4' },
      false,
    ],
    [
      'IPv6 with the zeros in the middle',
      { IpAddress: { k: '2001:db8::7:8' } },
      { k: '2001:db8:0:0:0::7:8' },
      true,
    ],
    ['one address', { IpAddress: { k: '203.0.113.7' } }, { k: '203.0.113.8' }, false],
    ['everything of its family', { IpAddress: { k: '0.0.0.0/0' } }, { k: '203.0.113.7' }, true],
    ['nothing of the other', { IpAddress: { k: '::/0' } }, { k: '203.0.113.7' }, false],
    ['not in the range', { NotIpAddress: { k: '203.0.113.0/24' } }, { k: '198.51.100.1' }, true],
    [
      'an IPv6 address with an IPv4 tail',
      { IpAddress: { k: '::ffff:0:0/96' } },
      { k: '::ffff:203.0.113.7' },
      true,
    ],
    [
      'an IPv4-mapped address in a range of IPv4',
      { IpAddress: { k: '203.0.113.0/24' } },
      { k: '::ffff:203.0.113.7' },
      false,
    ],
    ['one outside by its last bit', { IpAddress: { k: '2001:db8::/127' } }, { k: '2001:db8::2' }, false],
    ['the key is absent', { NotIpAddress: { k: '203.0.113.0/24' } }, {}, true],
    ['what is no address', { IpAddress: { k: '203.0.113.0/24' } }, { k: 'localhost' }, false],
    ['what is no network', { NotIpAddress: { k: 'localhost' } }, { k: '203.0.113.7' }, false],
    ['two prefixes', { IpAddress: { k: '203.0.113.0/24/24' } }, { k: '203.0.113.7' }, false],
    ['no prefix of letters', { IpAddress: { k: '203.0.113.0/x' } }, { k: '203.0.113.7' }, false],
    ['an address with a zone', { IpAddress: { k: 'fe80::/10' } }, { k: 'fe80::1%eth0' }, false],
    ['no range', { NotIpAddress: { k: '203.0.113.0/33' } }, { k: '198.51.100.1' }, false],
  ],
  [`${OPERATORS}#Conditions_ARN`]: [
    [
      'a star does not cross a colon, where StringLike does',
      { ArnLike: { k: 'arn:aws:someservice:*:111122223333:finance/*' } },
      { k: 'arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt' },
      false,
    ],
    [
      'StringLike, for comparison',
      { StringLike: { k: 'arn:aws:someservice:*:111122223333:finance/*' } },
      { k: 'arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt' },
      true,
    ],
    ['ArnEquals has wildcards, too', { ArnEquals: { k: 'arn:aws:iam::*:role/*' } }, { k: ARN }, true],
    [
      'the resource keeps its colons',
      { ArnLike: { k: 'arn:aws:lambda:*:*:function:*' } },
      { k: LAMBDA },
      true,
    ],
    ['with case', { ArnLike: { k: ARN.toUpperCase() } }, { k: ARN }, false],
    ['ArnNotLike', { ArnNotLike: { k: 'arn:aws:iam::*:role/*' } }, { k: ARN }, false],
    ['a star alone is no ARN', { ArnLike: { k: '*' } }, { k: ARN }, false],
    ['a variable', { ArnLike: { k: `arn:aws:iam::*:role/${variable('n')}` } }, { k: ARN, n: 'ci/hub' }, true],
  ],
  [`${OPERATORS}#Conditions_IfExists`]: [
    ['the key is absent', { StringLikeIfExists: { 'ec2:InstanceType': 't2.*' } }, {}, true],
    ['the key is there and matches', { StringLikeIfExists: { k: 't2.*' } }, { k: 't2.micro' }, true],
    ['the key is there and does not', { StringLikeIfExists: { k: 't2.*' } }, { k: 'm3.large' }, false],
    ['of a negation', { StringNotEqualsIfExists: { k: 'a' } }, {}, true],
  ],
  [`${OPERATORS}#Conditions_Null`]: [
    ['true: the key is absent', { Null: { 'aws:TokenIssueTime': 'true' } }, {}, true],
    ['true: the key is there', { Null: { k: 'true' } }, { k: 'a' }, false],
    ['false: the key is there', { Null: { k: false } }, { k: 'a' }, true],
    ['false: the key is absent', { Null: { k: 'false' } }, {}, false],
    ['false: an empty list is no value', { Null: { k: 'false' } }, { k: [] }, false],
  ],
  [SETS]: [
    [
      'ForAllValues: all are listed',
      { 'ForAllValues:StringEquals': { k: ['a', 'b', 'c'] } },
      { k: ['a', 'b'] },
      true,
    ],
    ['ForAllValues: one is not', { 'ForAllValues:StringEquals': { k: ['a'] } }, { k: ['a', 'b'] }, false],
    ['ForAllValues: the key is absent', { 'ForAllValues:StringEquals': { k: 'a' } }, {}, true],
    [
      'ForAllValues: with Null against that',
      { 'ForAllValues:StringEquals': { k: 'a' }, Null: { k: 'false' } },
      {},
      false,
    ],
    ['ForAnyValue: one is listed', { 'ForAnyValue:StringLike': { k: 'a*' } }, { k: ['b', 'ab'] }, true],
    ['ForAnyValue: none is', { 'ForAnyValue:StringLike': { k: 'a*' } }, { k: ['b', 'c'] }, false],
    ['ForAnyValue: the key is absent', { 'ForAnyValue:StringEquals': { k: 'a' } }, {}, false],
    ['ForAnyValue: of a negation, absent', { 'ForAnyValue:StringNotEquals': { k: 'a' } }, {}, false],
    ['ForAnyValue: with IfExists, absent', { 'ForAnyValue:StringEqualsIfExists': { k: 'a' } }, {}, false],
    [
      'ForAnyValue: not all are listed',
      { 'ForAnyValue:StringNotEquals': { k: 'a' } },
      { k: ['a', 'b'] },
      true,
    ],
    [
      'ForAllValues: none is listed',
      { 'ForAllValues:StringNotEquals': { k: 'a' } },
      { k: ['a', 'b'] },
      false,
    ],
    ['several values need a set operator', { StringEquals: { k: 'a' } }, { k: ['a', 'b'] }, false],
    ['one value in a list does not', { StringEquals: { k: 'a' } }, { k: ['a'] }, true],
  ],
  [LOGIC]: [
    ['all operators', { StringEquals: { k: 'a' }, Null: { k: 'true' } }, { k: 'a' }, false],
    ['all keys', { StringEquals: { k: 'a', l: 'b' } }, { k: 'a', l: 'c' }, false],
    ['any of the values', { StringEquals: { k: ['a', 'b'], l: 'c' } }, { k: 'b', l: 'c' }, true],
    ['none of a negation', { StringNotEquals: { k: ['a', 'b'] } }, { k: 'b' }, false],
    ['none of a negation, indeed', { StringNotEquals: { k: ['a', 'b'] } }, { k: 'c' }, true],
  ],
  [VARIABLES]: [
    ['its value', { StringEquals: { k: variable('aws:username') } }, { k: 'a', 'aws:username': 'a' }, true],
    ['absent', { StringEquals: { k: variable('x') } }, { k: '' }, false],
    ['absent, in a negation', { StringNotEquals: { k: variable('x') } }, { k: 'a' }, true],
    ['absent, in a negated pattern', { StringNotLike: { k: `a${variable('x')}*` } }, { k: 'ab' }, true],
    ['absent, in a negated ARN', { ArnNotLike: { k: variable('x') } }, { k: ARN }, true],
    [
      'absent, in a negation beside a value that matches',
      { StringNotEquals: { k: [variable('x'), 'a'] } },
      { k: 'a' },
      false,
    ],
    ['absent, beside a value that matches', { StringEquals: { k: [variable('x'), 'a'] } }, { k: 'a' }, true],
    ['a default', { StringEquals: { k: variable("x, 'none'") } }, { k: 'none' }, true],
    [
      'a default that is not needed',
      { StringEquals: { k: variable("x, 'none'") } },
      { k: 'a', x: 'a' },
      true,
    ],
    ['an empty default', { StringEquals: { k: `a${variable("x, ''")}` } }, { k: 'a' }, true],
    ['several values', { StringEquals: { k: variable('x') } }, { k: 'a', x: ['a', 'b'] }, false],
    ['its star is no wildcard', { StringLike: { k: variable('x') } }, { k: 'anything', x: '*' }, false],
    ['a star around it is', { StringLike: { k: `${variable('x')}*` } }, { k: 'abc', x: 'a' }, true],
    ['a star by name', { StringLike: { k: `a${variable('*')}` } }, { k: 'a*' }, true],
    ['is no wildcard', { StringLike: { k: `a${variable('*')}` } }, { k: 'ab' }, false],
    ['a question mark by name', { StringLike: { k: `a${variable('?')}` } }, { k: 'ab' }, false],
    ['a dollar by name', { StringEquals: { k: `${variable('$')}{x}` } }, { k: variable('x'), x: 'a' }, true],
    ['where IgnoreCase', { StringEqualsIgnoreCase: { k: variable('x') } }, { k: 'A', x: 'a' }, true],
  ],
};

describe.each(Object.entries(CASES))('as documented at %s', (_, cases) => {
  it.each(cases)('%s', (_title, block, context, answer) => {
    expect(holds(block, context)).toBe(answer);
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
it.each(['2008-10-17', null])('version %s has no variables', (version) => {
  const block = { StringEquals: { k: variable('x') } };
  expect(holds(block, { k: 'a', x: 'a' }, version)).toBe(false);
  expect(holds(block, { k: variable('x'), x: 'a' }, version)).toBe(true);
});
