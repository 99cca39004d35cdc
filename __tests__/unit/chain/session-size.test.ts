import { largestParts } from '../../../src/chain/session-size.js';
import type { Hop } from '../../../src/sts/client.js';

const HOP: Hop = {
  roleArn: 'arn:aws:iam::111122223333:role/deploy',
  sessionName: 'session',
  durationSeconds: 3600,
  tags: [],
  transitiveTagKeys: [],
  policyArns: [],
};
const tag = (key: string, length: number, droppable = false) => ({
  key,
  value: 'x'.repeat(length - key.length),
  droppable,
});

describe('what makes a session too large', () => {
  it('is its three largest parts, largest first: policies and tags alike', () => {
    const policyArns = [
      'arn:aws:iam::aws:policy/ReadOnlyAccess',
      `arn:aws:iam::aws:policy/${'p'.repeat(20)}`,
    ];
    const hop = { ...HOP, policy: '{}'.padEnd(42), policyArns, tags: [tag('Team', 40), tag('Stage', 41)] };
    expect(largestParts(hop)).toEqual([
      `the policy "${policyArns[1]}" (44 characters)`,
      'the session policy (42 characters)',
      'the tag "Stage" (41 characters)',
    ]);
  });

  it('leaves out the tags that the action adds by itself, which are dropped first', () => {
    const tags = [tag('Repository', 200, true), tag('Team', 10)];
    expect(largestParts({ ...HOP, tags })).toEqual(['the tag "Team" (10 characters)']);
  });

  it('cuts long names', () => {
    const policyArns = [`arn:${'p'.repeat(117)}`, `arn:${'p'.repeat(116)}`];
    const tags = [tag('k'.repeat(61), 62)];
    expect(largestParts({ ...HOP, policyArns, tags })).toEqual([
      `the policy "arn:${'p'.repeat(116)}…" (121 characters)`,
      `the policy "arn:${'p'.repeat(116)}" (120 characters)`,
      `the tag "${'k'.repeat(60)}…" (62 characters)`,
    ]);
  });

  it('is nothing that can be named, where there is neither a policy nor a tag', () => {
    expect(largestParts(HOP)).toEqual([]);
  });
});
