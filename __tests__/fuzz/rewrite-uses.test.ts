import { Random } from '../../bench/reach/random.js';
import { differsInUsesAlone } from '../../src/rewrite-uses/edit.js';
import { parseReference } from '../../src/rewrite-uses/reference.js';
import { rewrite } from '../../src/rewrite-uses/rewrite.js';
import { mutated } from '../support/mutate.js';
import { Tally } from '../support/tally.js';
import { runs, SEED } from '../support/volume.js';

const THEIRS = 'aws-actions/configure-aws-credentials';
const to = parseReference('octo-org/assume-aws-role@0123456789abcdef0123456789abcdef01234567 # v1.2.3');

const WORKFLOW = `on: [push, workflow_call]
permissions: {id-token: write}
jobs:
  a:
    steps:
      - &aws
        uses: "${THEIRS}@v4" # v4.0.2
        with: { aws-region: eu-central-1, role-to-assume: 'arn:aws:iam::111122223333:role/deploy' }
      - *aws
      # - uses: ${THEIRS}@v1
      - run: |
          echo \${{ fromJSON(steps.a.outputs.aws-expiration) }}
      - {uses: ${THEIRS}@v6, with: {custom-tags: '{"a": 1}'}}
  b:
    uses: octo-org/octo-repo/.github/workflows/x.yml@v1
`;

test('whatever a workflow has become, only what its steps use is rewritten, once', async () => {
  const random = new Random(SEED);
  const reached = new Tally('rewritten', 'left', 'unread');
  for (let run = 0; run < runs(150); run++) {
    const before = mutated(random, WORKFLOW, [WORKFLOW]);
    const { after, count, remarks } = await rewrite(before, { from: THEIRS, to, isBack: false });
    expect(after === before).toBe(count === 0);
    expect(remarks.every(({ line }) => line >= 1 && line <= before.split('\n').length + 1)).toBe(true);
    if (count > 0) {
      expect(differsInUsesAlone(before, after, THEIRS, to)).toBe(true);
      const again = await rewrite(after, { from: THEIRS, to, isBack: false });
      expect([again.after, again.count]).toEqual([after, 0]);
    }
    const isUnread = remarks.some(({ text }) => text.startsWith('this is not read'));
    reached.count(count > 0 ? 'rewritten' : isUnread ? 'unread' : 'left');
  }
  reached.expectAllReached();
});
