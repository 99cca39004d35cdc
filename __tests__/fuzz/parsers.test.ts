import { Random } from '../../bench/reach/random.js';
import { readExpectations } from '../../src/check-trust/expectations.js';
import { findPolicies } from '../../src/check-trust/sources/find-policies.js';
import { parseArn } from '../../src/core/arn.js';
import { ActionError } from '../../src/core/errors.js';
import { plainYaml, YamlProblem } from '../../src/core/yaml-document.js';
import { storedWebIdentity } from '../../src/identity/jwt.js';
import { callerPolicy } from '../../src/inputs/caller-policy.js';
import { customTags } from '../../src/inputs/custom-tags.js';
import { readInputs } from '../../src/inputs/inputs.js';
import { InputParseError } from '../../src/inputs/parsers.js';
import { roleChain } from '../../src/inputs/role-chain.js';
import { RULES } from '../../src/inputs/rules.js';
import { findSections } from '../../src/platform/ini-sections.js';
import { readEntry } from '../../src/role-map/entry.js';
import { readRefusal } from '../../src/trust/authorize/words.js';
import { readJsonSequence, TrustSyntaxError } from '../../src/trust/language/json.js';
import { parseTrustPolicy } from '../../src/trust/language/parse.js';
import { parsePermissionPolicy } from '../../src/trust/language/permission-policy.js';
import { temporaryDirectory } from '../support/files.js';
import { SAMPLES } from '../support/input-samples.js';
import { mutated } from '../support/mutate.js';
import { inputVariables, recordedRunner } from '../support/recorded-runner.js';
import { MAP } from '../support/role-map.js';
import { Tally } from '../support/tally.js';
import { NAMES, withSubject } from '../support/terraform.js';
import { runs, SEED } from '../support/volume.js';

const HOST = 'token.actions.githubusercontent.com';
const POLICY = JSON.stringify(
  {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'a',
        Effect: 'Allow',
        Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
        Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${HOST}` },
        Condition: {
          StringLike: { [`${HOST}:sub`]: ['repo:o/r:*', `\${aws:username}`] },
          'ForAnyValue:StringEqualsIfExists': { [`${HOST}:aud`]: 'sts.amazonaws.com' },
        },
      },
    ],
  },
  null,
  1,
);
const PERMISSIONS = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Deny',
    Principal: '*',
    NotAction: 's3:*',
    Resource: ['*', `arn:aws:s3:::\${aws:username}/\${BUCKET}*`],
    Condition: { Bool: { 'aws:SecureTransport': false } },
  },
}).replaceAll(':"*"', ': "*"');
const TEMPLATE = `Parameters: { Stage: { Type: String, Default: a, AllowedValues: [a, b] } }
Conditions: { Is: !Equals [!Ref Stage, a], Or: !Or [!Condition Is, !Not [!Condition Is]] }
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: !If [Is, ${POLICY.replaceAll('\n', ' ')}, !Sub '{"Statement":"\${Stage}"}']
  P: &p { Type: AWS::IAM::OIDCProvider, Properties: { Url: !Join ['', ['https://', !Select [0, !Split [',', 'a,b']]]] } }
  Q: *p
`;
const TERRAFORM = `${NAMES}${withSubject(`[for k, v in merge({ a = "x" }, {}) : "\${k}%{ if true ~} \${format("%s-%[1]q", v)} %{ endif }"]`)}
data "aws_iam_policy_document" "d" {
  dynamic "statement" {
    for_each = toset(["a", "b"])
    content {
      actions = [statement.value]
      principals {
        type        = "AWS"
        identifiers = try(var.open[*].x, ["*"])
      }
    }
  }
}
resource "aws_iam_role" "e" {
  for_each           = { a = 1 }
  assume_role_policy = each.key == "a" ? data.aws_iam_policy_document.d.json : <<-X
    ${POLICY.replaceAll('\n', '\n    ')}
  X
}
`;
const ROLE = { AssumeRolePolicyDocument: POLICY, RoleName: 'a', Arn: 'arn:aws:iam::111122223333:role/a' };
const PLAN = {
  planned_values: {
    root_module: {
      resources: [{ type: 'aws_iam_role', address: 'a.b', values: { assume_role_policy: POLICY } }],
    },
  },
  resource_changes: [{ type: 'aws_iam_role', change: { after_unknown: { assume_role_policy: true } } }],
};
const PULUMI = {
  steps: [{ newState: { type: 'aws:iam/role:Role', urn: 'a::b', inputs: { assumeRolePolicy: POLICY } } }],
};
const SERVERLESS = `service: a\nprovider: { name: aws }\ncustom: { a: "\${self:custom.b, 'x'}", b: "\${sls:stage}" }\nresources:\n  ${TEMPLATE.replaceAll('\n', '\n  ')}`;

const CHAIN =
  '- role: arn:aws:iam::111122223333:role/a\n  external-id: x\n  tags: { a: b }\n- arn:aws:iam::444455556666:role/b';
const TOKEN = [{ alg: 'RS256' }, { sub: 'repo:o/r:*', aud: ['a'], exp: 1 }, {}]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.');

/** What a reader takes, how it is called, and the errors by which it may refuse a text. */
interface Reader {
  readonly samples: readonly string[];
  readonly read: (text: string) => unknown;
  readonly refusals: readonly (abstract new (...args: never) => object)[];
}

const policiesIn = (path: string) => (text: string) =>
  findPolicies({
    path,
    text,
    directory: { location: '.', files: [{ path, text }], read: () => text, open: () => undefined },
  });

const READERS: Readonly<Record<string, Reader>> = {
  JSON: {
    samples: [POLICY, '[1, -2.5e3, "\\u0041", null]{}'],
    read: readJsonSequence,
    refusals: [TrustSyntaxError],
  },
  YAML: { samples: [TEMPLATE, SERVERLESS, CHAIN], read: plainYaml, refusals: [YamlProblem] },
  'trust policies': { samples: [POLICY], read: parseTrustPolicy, refusals: [TrustSyntaxError] },
  'policies of resources': {
    samples: [PERMISSIONS],
    read: (text) => parsePermissionPolicy(text, 'names-principals'),
    refusals: [TrustSyntaxError],
  },
  'policies of callers': {
    samples: [PERMISSIONS.replace('"Principal": "*",', '')],
    read: (text) => parsePermissionPolicy(text, 'without-principals'),
    refusals: [TrustSyntaxError],
  },
  'caller-policy': {
    samples: ['a.json\nscp: b.json, c.json\n# x\nboundary: {"Statement":[]}', PERMISSIONS],
    read: callerPolicy,
    refusals: [InputParseError],
  },
  "AWS's refusals": {
    samples: [
      'User: a is not authorized to perform: sts:AssumeRole on resource: b with an explicit deny in a service control policy: arn:aws:organizations::1:policy/p-1.',
      'because no identity-based policy allows the sts:AssumeRole action',
    ],
    read: readRefusal,
    refusals: [],
  },
  'templates, plans and inventories': {
    samples: [TEMPLATE, SERVERLESS, ...[PLAN, PULUMI, { Roles: [ROLE] }].map((one) => JSON.stringify(one))],
    read: policiesIn('p'),
    refusals: [TrustSyntaxError],
  },
  Terraform: { samples: [TERRAFORM], read: policiesIn('main.tf'), refusals: [TrustSyntaxError] },
  '.tf.json': {
    samples: [JSON.stringify({ resource: { aws_iam_role: { a: { assume_role_policy: POLICY } } } })],
    read: policiesIn('main.tf.json'),
    refusals: [TrustSyntaxError],
  },
  expectations: {
    samples: ['- { repository: o/r, branch: main }\n- { repository: o/r, environment: p, owner-id: 1 }'],
    read: (text) => readExpectations(text, 'allow'),
    refusals: [Error],
  },
  'custom-tags': { samples: ['{"a": "b"}', 'a: b\nc: 1\n'], read: customTags, refusals: [InputParseError] },
  'role-chain': {
    samples: [CHAIN, CHAIN.split('\n')[0] ?? ''],
    read: roleChain,
    refusals: [InputParseError],
  },
  'role maps': {
    samples: [MAP],
    read: (text) => readEntry({ text, file: undefined, label: 'the map' }, 'payments-production'),
    refusals: [ActionError],
  },
  'shared files': {
    samples: ['[ci]\na = 1\ns3 =\n  b = 2\n# c\n[profile "x y"]\r\nregion=z'],
    read: (text) => findSections(text, 'ci'),
    refusals: [],
  },
  ARNs: { samples: ['arn:aws:sts::111122223333:assumed-role/a/b'], read: parseArn, refusals: [] },
  tokens: { samples: [TOKEN], read: storedWebIdentity, refusals: [] },
};

it.each(Object.keys(READERS))('%s are read or refused, whatever they are', async (name) => {
  const { samples = [], read, refusals = [] } = READERS[name] ?? {};
  const tally = new Tally('read', ...(refusals.length > 0 ? ['refused'] : []));
  const random = new Random(SEED);
  for (let run = 0; run < runs(100); run++) {
    const text = mutated(random, random.oneOf(samples, ''), samples);
    try {
      await read?.(text);
      tally.count('read');
    } catch (error) {
      // What is not refused is shown with its text.
      const isRefusal = refusals.some((kind) => error instanceof kind) && !isFault(error);
      expect({ text, isRefusal, error: isRefusal ? '' : String(error) }).toMatchObject({ isRefusal: true });
      tally.count('refused');
    }
  }
  tally.expectAllReached();
});

/** Errors by which the language itself reports a mistake of ours. */
function isFault(error: unknown): boolean {
  return [TypeError, RangeError, ReferenceError].some((kind) => error instanceof kind);
}

it('inputs are read or refused as a whole, whatever they are', async () => {
  const directory = temporaryDirectory();
  const texts = Object.values(SAMPLES).flatMap(({ taken, refused }) => [
    ...taken.map(([text]) => text),
    ...refused,
  ]);
  const names = Object.keys(RULES);
  const tally = new Tally('read', 'refused');
  const random = new Random(SEED);
  for (let run = 0; run < runs(100); run++) {
    const inputs: Record<string, string> = { 'aws-region': 'eu-west-1' };
    for (let count = random.below(3); count >= 0; count--) {
      const sample = random.oneOf(texts, '');
      inputs[random.oneOf(names, '')] = random.chance(0.5) ? sample : mutated(random, sample, texts);
    }
    try {
      await readInputs(recordedRunner(inputVariables(inputs), directory).runner);
      tally.count('read');
    } catch (error) {
      expect({ inputs, error }).toMatchObject({ error: { code: 'INPUT_INVALID' } });
      tally.count('refused');
    }
  }
  tally.expectAllReached();
});
