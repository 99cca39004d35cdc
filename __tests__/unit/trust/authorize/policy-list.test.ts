import { readPolicyList } from '../../../../src/trust/authorize/policy-list.js';

describe('a list of policies', () => {
  it.each<[string, string, readonly object[]]>([
    ['a path', 'a.json', [{ kind: 'identity', sources: ['a.json'] }]],
    ['JSON', '{\n "Statement": []\n}', [{ kind: 'identity', sources: ['{\n "Statement": []\n}'] }]],
    [
      'levels of service control policies',
      'scp: a.json, b.json\n\n# the unit\nSCP:c.json',
      [
        { kind: 'service-control', sources: ['a.json', 'b.json'] },
        { kind: 'service-control', sources: ['c.json'] },
      ],
    ],
    [
      'JSON on a line, with its commas',
      'boundary: {"Statement":[],"Version":"2012-10-17"}\r\nidentity: a.json',
      [
        { kind: 'boundary', sources: ['{"Statement":[],"Version":"2012-10-17"}'] },
        { kind: 'identity', sources: ['a.json'] },
      ],
    ],
    ['a path with a colon', 'C:\\iam\\a.json', [{ kind: 'identity', sources: ['C:\\iam\\a.json'] }]],
    ['a path with a longer one', 'https://x/a.json', [{ kind: 'identity', sources: ['https://x/a.json'] }]],
  ])('%s', (_, text, entries) => {
    expect(readPolicyList(text)).toEqual({ entries });
  });

  it.each([
    ['scps: a.json', '"scps:" is not a kind of policy'],
    ['trust: a.json', '"trust:" is not a kind of policy'],
    ['policy:{"Statement":[]}', '"policy:" is not a kind of policy'],
    ['identity:', '"identity:" names no policy'],
    ['rcp: ,', '"rcp: ," names no policy'],
    ['boundary: {', '"{" is neither a path nor a policy on one line'],
    ['[{}]', '"[{}]" is neither a path nor a policy on one line'],
    ['boundary: a.json\nboundary: b.json', 'it names more than one policy of the kind boundary'],
    ['vpc-endpoint: a.json, b.json', 'it names more than one policy of the kind vpc-endpoint'],
    ['', 'it names no policy'],
  ])('that is wrong: %j', (text, problem) => {
    expect(readPolicyList(text)).toEqual({ problem });
  });
});
