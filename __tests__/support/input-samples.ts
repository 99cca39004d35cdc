import type { InputName } from '../../src/inputs/inputs.js';

/** Texts an input takes, with what they are read as, and texts it does not. */
export interface Sample {
  readonly taken: readonly (readonly [text: string, value: unknown])[];
  readonly refused: readonly string[];
}

const bool: Sample = {
  taken: [
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['false', false],
    ['False', false],
    ['FALSE', false],
    [' true ', true],
  ],
  refused: ['yes', 'no', '1', '0', 'on', 'tRUE'],
};
const whole = (min: number, max: number): Sample => ({
  taken: [
    [String(min), min],
    [String(max), max],
  ],
  refused: [
    String(max + 1),
    '-1',
    '1.5',
    '1e3',
    '0x10',
    '1 000',
    'abc',
    '١٢',
    ...(min > 0 ? [String(min - 1)] : []),
  ],
});
const name: Sample = {
  taken: [
    ['ab', 'ab'],
    ['a+=,.@-_9', 'a+=,.@-_9'],
    ['x'.repeat(64), 'x'.repeat(64)],
  ],
  refused: ['a', 'a b', 'ä1', 'x'.repeat(65), 'a/b'],
};
const text: Sample = {
  taken: [['wJalr/+=', 'wJalr/+=']],
  refused: [
    'a b',
    'a\tb',
    'a\ufeffb',
    'a\u007f',
    'a\nb',
    'a\u200bb',
    'a\u00a0b',
    'ab\u2060',
    'a\u0000b',
    'ä',
    '😀',
  ],
};
const region: Sample = {
  taken: ['eu-west-1', 'eusc-de-east-1', 'aws-global', 'us-east-9', 'xy-northwest-12'].map((one) => [
    one,
    one,
  ]),
  refused: [
    'EU',
    'eu west',
    'us-east-1;',
    'us-esat-1',
    'useast-1',
    'us-east-1a',
    'us-east',
    'auto',
    '"us-east-1"',
  ],
};
const free = (value: string): Sample => ({ taken: [[value, value]], refused: [] });
const lists = (...items: string[]): Sample['taken'] => [
  [items.join('\n'), items],
  [items.join(','), items],
  [`,\n ${items.join(' ,\n\n ')} ,`, items],
  [items.map((item) => `- "${item}"\n`).join(''), items],
  [JSON.stringify(items), items],
];

/** Every input that is read: inputs.test.ts sees to it. */
export const SAMPLES: Readonly<Partial<Record<InputName, Sample>>> = {
  'aws-region': region,
  'role-to-assume': {
    taken: [
      ['arn:aws:iam::111122223333:role/x', 'arn:aws:iam::111122223333:role/x'],
      ['arn:aws-us-gov:iam::111122223333:role/a/b', 'arn:aws-us-gov:iam::111122223333:role/a/b'],
      ['path/name', 'path/name'],
    ],
    refused: [
      'arn:aws:iam::1:role/x',
      'arn:aws:sts::111122223333:assumed-role/x/y',
      'a b',
      '/x',
      'arn:aws:s3:::x',
    ],
  },
  'identity-source': {
    taken: ['auto', 'github-oidc', 'web-identity-token-file', 'access-keys', 'environment'].map((one) => [
      one,
      one,
    ]),
    refused: ['oidc', 'Auto'],
  },
  'aws-access-key-id': text,
  'aws-secret-access-key': text,
  'aws-session-token': text,
  'web-identity-token-file': free('a path/with blanks'),
  'role-chaining': bool,
  'force-skip-oidc': bool,
  audience: {
    taken: [['https://github.com/octo-org', 'https://github.com/octo-org']],
    refused: ['a\nb', 'x'.repeat(1025), 'a\u200bb', 'a\u0007b'],
  },
  'role-duration-seconds': {
    ...whole(900, 129600),
    taken: [...whole(900, 129600).taken, ['0', undefined], ['00', undefined]],
  },
  'role-session-name': name,
  'role-external-id': {
    taken: [
      ['a:b/c@d', 'a:b/c@d'],
      ['a+b', 'a+b'],
      ['_+=,.@:/-', '_+=,.@:/-'],
    ],
    refused: ['x', 'a b', 'a%b', 'x'.repeat(1225)],
  },
  'source-identity': name,
  'role-skip-session-tagging': bool,
  'transitive-tag-keys': {
    taken: lists('Team', 'Cost Center'),
    refused: ['k'.repeat(129), Array(51).fill('k').join(), '"Team"', "Team,'Other'", '[]'],
  },
  'custom-tags': {
    taken: [
      ['Team: core', [{ key: 'Team', value: 'core', droppable: false }]],
      [
        '{"Version": 1.10, "Size": 1e3, "Account": "012345678901", "Big": 12345678901234567890, "Flag": true}',
        Object.entries({
          Version: '1.10',
          Size: '1e3',
          Account: '012345678901',
          Big: '12345678901234567890',
          Flag: 'true',
        }).map(([key, value]) => ({ key, value, droppable: false })),
      ],
      ['{Account: 012345678901}', [{ key: 'Account', value: '012345678901', droppable: false }]],
    ],
    refused: ['[1]', 'text', 'Actor: me', '{"a": null}', '{"a": {"b": "c"}}', '{"a": ["b"]}'],
  },
  'inline-session-policy': {
    taken: [
      ['{"a": 1}', '{"a": 1}'],
      [`{"a": 1${' '.repeat(2048)}}`, '{"a":1}'],
      [`{"a": [1.10, "\\" b \\\\", " "]${'\n'.repeat(2048)}}`, '{"a":[1.10,"\\" b \\\\"," "]}'],
    ],
    refused: [
      '[]',
      'null',
      '{',
      `{"a":"${'x'.repeat(2048)}"}`,
      '{"Condition": {"a": "b"}, "Condition": {}}',
      `{"a":${'['.repeat(60_000)}${']'.repeat(60_000)}}`,
    ],
  },
  'managed-session-policies': {
    taken: [
      ...lists('arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::111122223333:policy/a/b'),
      ['arn:aws:iam::aws:policy/a,b', ['arn:aws:iam::aws:policy/a,b']],
    ],
    refused: ['ReadOnlyAccess', Array(11).fill('arn:aws:iam::aws:policy/x').join('\n')],
  },
  'allowed-account-ids': {
    taken: lists('111122223333', '444455556666'),
    refused: [',', '1234', '11112222333a', '[]', '- ', '"111122223333"', '- {a: b}'],
  },
  'allowed-role-arns': {
    taken: lists('arn:aws:iam::111122223333:role/deploy', 'arn:aws:iam::111122223333:role/deploy-*', '*'),
    refused: [',', 'deploy', 'role/deploy', '"arn:aws:iam::111122223333:role/deploy"', '[]'],
  },
  'allowed-repositories': {
    taken: lists('octo-org/octo-repo', 'octo-org/*', '*'),
    refused: [
      ',',
      'octo-repo',
      'a/b/c',
      '"octo-org/octo-repo"',
      '[]',
      'https://github.com/octo-org/octo-repo',
    ],
  },
  role: {
    taken: [
      ['payments-production', 'payments-production'],
      ['payments/production_eu.1', 'payments/production_eu.1'],
    ],
    refused: ['arn:aws:iam::111122223333:role/x', 'a b', '-a', 'x'.repeat(101)],
  },
  'roles-file': free('aws/roles.yml'),
  'roles-sha256': {
    taken: [
      ['a1'.repeat(32), 'a1'.repeat(32)],
      ['A1'.repeat(32), 'A1'.repeat(32)],
    ],
    refused: ['a1', 'g'.repeat(64), `sha256:${'a1'.repeat(32)}`, 'a'.repeat(65)],
  },
  'audit-file': free('audit/record.jsonl'),
  'allowed-refs': {
    taken: lists('refs/heads/main', 'refs/tags/v*', '*'),
    refused: [',', 'main', 'v*', 'heads/main', '"refs/heads/main"', '[]', '`refs/heads/main`'],
  },
  'allowed-environments': {
    taken: lists('production', 'prod eu'),
    refused: [',', ' ,\n', '"production"', "'prod eu'", 'production"', '“production”', '[]', '- [a]'],
  },
  run: {
    taken: [
      ['aws s3 ls', 'aws s3 ls'],
      ['set -x\n a || b', 'set -x\n a || b'],
    ],
    refused: [],
  },
  shell: {
    taken: [
      ['bash', 'bash'],
      ['cmd', 'cmd'],
      ['perl -w {0}', 'perl -w {0}'],
    ],
    refused: ['zsh', 'bash -e', '{0}', 'toString'],
  },
  'output-credentials': bool,
  'output-env-credentials': bool,
  'aws-profile': {
    taken: [
      ['ci', 'ci'],
      ['a.b@c', 'a.b@c'],
    ],
    refused: ['a b', 'a/b', '[a]', 'a\u0007', 'a\u200bb', '"a"', "'a", 'a#b', 'a;b', 'a=b'],
  },
  'overwrite-aws-profile': bool,
  'refresh-credentials': bool,
  'credential-endpoint': bool,
  'export-token-file': bool,
  'unset-current-credentials': bool,
  'use-existing-credentials': bool,
  'mask-aws-account-id': bool,
  'sts-endpoint': {
    taken: [['http://127.0.0.1:9', new URL('http://127.0.0.1:9')]],
    refused: [
      ...['sts', 'ftp://x', 'http://', 'localhost:4566', 'https://h/?a=b', 'https://h/?', 'https://h/#a'],
      ...['file:///etc/passwd', 'javascript:alert(1)'],
    ],
  },
  'sts-region': region,
  'use-fips-endpoint': bool,
  'use-dualstack-endpoint': bool,
  'http-proxy': {
    taken: [
      ['http://u:p@h:1', new URL('http://u:p@h:1')],
      ['h:1', new URL('http://h:1')],
      ['https://h', new URL('https://h')],
    ],
    refused: ['ftp://h', 'socks5://h:1', 'http://'],
  },
  'no-proxy': free('localhost, .example.com'),
  'disable-retry': bool,
  'retry-max-attempts': whole(1, 100),
  'special-characters-workaround': bool,
  'role-propagation-timeout-s': whole(0, 900),
  'action-timeout-s': whole(0, 21600),
  'verify-credentials': bool,
  'translate-env-variables': bool,
  'trust-policy': free('iam/deploy.trust.json'),
  'caller-policy': {
    taken: [
      'iam/hub.json',
      '{ "Version": "2012-10-17", "Statement": [] }',
      'iam/hub.json\nboundary: iam/boundary.json\nSCP: a.json, b.json\n# none\nscp: {"Statement":[]}',
      'rcp: rcp.json',
      'scp:a.json',
      'C:\\iam\\a.json',
    ].map((one) => [one, one]),
    refused: [
      'scps: a.json',
      'trust: a.json',
      'identity:',
      'boundary: a.json, b.json',
      'session: {',
      '[{ "Effect": "Allow" }]',
      '# only a comment',
    ],
  },
  summary: { taken: ['on-failure', 'always', 'never'].map((one) => [one, one]), refused: ['sometimes'] },
  'role-chain': {
    taken: [
      ['arn:aws:iam::111122223333:role/a', [{ role: 'arn:aws:iam::111122223333:role/a' }]],
      [
        '- role: arn:aws-cn:iam::111122223333:role/p/a\n  external-id: id\n  duration-seconds: 900',
        [{ role: 'arn:aws-cn:iam::111122223333:role/p/a', externalId: 'id', durationSeconds: 900 }],
      ],
    ],
    refused: [],
  },
  'cognito-identity-pool-id': {
    taken: [
      ['us-east-1:1a2b3c4d-5e6f-4a1b-8c2d-111122223333', 'us-east-1:1a2b3c4d-5e6f-4a1b-8c2d-111122223333'],
    ],
    refused: ['us-east-1', '1a2b3c4d-5e6f-4a1b-8c2d-111122223333', 'us-east-1:x'],
  },
  'saml-assertion': { taken: [['PHNhbWw+', 'PHNhbWw+']], refused: ['<saml>', 'abc'] },
  'saml-provider-arn': {
    taken: [['arn:aws:iam::111122223333:saml-provider/idp', 'arn:aws:iam::111122223333:saml-provider/idp']],
    refused: ['idp', 'arn:aws:iam::111122223333:role/idp'],
  },
  'mfa-serial-number': {
    taken: [['arn:aws:iam::111122223333:mfa/user', 'arn:aws:iam::111122223333:mfa/user']],
    refused: ['mfa', 'a b c d e f'],
  },
  'get-session-token': bool,
  'federated-user-name': {
    taken: [
      ['ci', 'ci'],
      ['a+=,.@-_9', 'a+=,.@-_9'],
      ['x'.repeat(32), 'x'.repeat(32)],
    ],
    refused: ['a', 'a b', 'ä1', 'x'.repeat(33), 'a/b'],
  },
  'mfa-token-code': { taken: [['012345', '012345']], refused: ['12345', '1234567', 'abcdef'] },
};
