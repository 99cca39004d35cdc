import { ActionError } from '../../../src/core/errors.js';
import { logged, type StsCall } from '../../../src/sts/call-log.js';

const planned = { operation: 'AssumeRole', host: 'sts', region: 'us-east-1', hop: undefined } as const;

async function logOf(work: Parameters<typeof logged<void>>[3]): Promise<StsCall | undefined> {
  const calls: StsCall[] = [];
  await logged((call) => calls.push(call), { now: () => 1000 }, planned, work).catch(() => {});
  expect(calls).toHaveLength(1);
  return calls[0];
}

describe('a call of STS', () => {
  it.each<[string, Readonly<Record<string, string>>, string, string | undefined]>([
    ['a header', { 'x-amzn-requestid': 'a-1' }, '<RequestId>b-2</RequestId>', 'a-1'],
    ['the answer alone', {}, '<ResponseMetadata><RequestId>b-2</RequestId></ResponseMetadata>', 'b-2'],
    ['neither', {}, '<html>', undefined],
    ['something that is no ID', { 'x-amzn-requestid': 'a b\n' }, '', undefined],
    ['an endless text', { 'x-amzn-requestid': 'a'.repeat(129) }, '', undefined],
  ])('has the request ID from %s', async (_, headers, body, requestId) => {
    const call = await logOf(async (answered) => answered({ status: 200, headers, body: Buffer.from(body) }));
    expect(call).toEqual({ ...planned, startMs: 1000, requestId, error: undefined });
  });

  it.each([
    [new ActionError('ACCESS_DENIED', 'x', { awsCode: 'AccessDenied' }), 'AccessDenied'],
    [new ActionError('NETWORK_FAILED', 'x'), 'NETWORK_FAILED'],
    [new TypeError('x'), 'INTERNAL'],
  ])('has what it failed with (%s)', async (thrown, error) => {
    const call = await logOf(async () => {
      throw thrown;
    });
    expect(call).toMatchObject({ requestId: undefined, error });
  });
});
