import { largestParts } from '../chain/session-size.js';
import type { Identity } from '../core/credentials.js';
import type { ActionError, RequestKeys } from '../core/errors.js';
import { SOURCES } from '../identity/sources.js';
import type { CallContext, CallExtras } from '../report/call-context.js';
import { withCallContext } from '../report/refusal.js';
import type { Hop } from '../sts/client.js';
import type { Run } from './context.js';

/** One call of a chain, for the report of its failure. */
export interface ChainCall {
  readonly hops: readonly [Hop, ...Hop[]];
  /** Which of the hops it is. */
  readonly index: number;
  readonly caller: Identity;
  readonly callerArn: string | undefined;
}

/** A failed call with all that a report says of it. */
export function explainCall(
  run: Pick<Run, 'inputs' | 'choice'>,
  error: ActionError,
  call: ChainCall,
): ActionError {
  return withCallContext(error, describeCall(run, call));
}

/** What a report says of a call: who made it, what it asked for, and where that comes from. */
function describeCall(
  { inputs, choice }: Pick<Run, 'inputs' | 'choice'>,
  { hops, index, caller, callerArn }: ChainCall,
): CallContext {
  const hop = hops[index] ?? hops[0];
  const earlier = hops.slice(0, index);
  return {
    roleArn: hop.roleArn,
    hop: index + 1,
    hops: hops.length,
    caller,
    callerArn,
    callerRoleArn: earlier.at(-1)?.roleArn,
    callerSessionPolicy: onlySessionPolicy(earlier.at(-1)),
    extras: listExtras(hop, earlier),
    largest: largestParts(hop),
    duration: { seconds: hop.durationSeconds, input: durationInput(inputs, index) },
    source: choice.source,
    reason: choice.reason,
    token: SOURCES[choice.source].token,
    keys: requestKeys(hop, earlier),
  };
}

/** Of managed policies nothing is known here. */
function onlySessionPolicy(hop: Hop | undefined): string | undefined {
  return hop === undefined || hop.policyArns.length > 0 ? undefined : hop.policy;
}

/** Which input says how long this hop's session lasts. */
function durationInput(
  { 'role-chain': items = [] }: Pick<Run['inputs'], 'role-chain'>,
  index: number,
): string {
  const isOwn = items[index - 1]?.durationSeconds !== undefined;
  return isOwn ? `role-chain: item ${index}: duration-seconds` : 'role-duration-seconds';
}

/** What the call needs permission for, with what earlier hops pass on to it. */
function listExtras(hop: Hop, earlier: readonly Hop[]): CallExtras {
  return {
    tags: hop.tags.length,
    inheritedTags: earlier.reduce((count, { transitiveTagKeys }) => count + transitiveTagKeys.length, 0),
    sourceIdentity: [...earlier, hop].some(({ sourceIdentity }) => sourceIdentity !== undefined),
    externalId: hop.externalId !== undefined,
    mfa: hop.mfa !== undefined,
  };
}

/** The condition keys that the call brings by itself; tags and source identity may be those of earlier hops. */
function requestKeys(hop: Hop, earlier: readonly Hop[]): RequestKeys {
  const inherited = earlier.flatMap(({ tags, transitiveTagKeys }) =>
    tags.filter(({ key }) => transitiveTagKeys.includes(key)),
  );
  const tags = new Map([...inherited, ...hop.tags].map(({ key, value }) => [key, value]));
  const [sourceIdentity] = [...earlier, hop].flatMap((one) => one.sourceIdentity ?? []);
  const one = (key: string, value: string | undefined): RequestKeys =>
    value === undefined ? [] : [[key, value]];
  return [
    ['sts:RoleSessionName', hop.sessionName],
    ...one('sts:ExternalId', hop.externalId),
    ...one('sts:SourceIdentity', sourceIdentity),
    ...one('aws:MultiFactorAuthPresent', hop.mfa && 'true'),
    ['aws:TagKeys', [...tags.keys()]],
    ...[...tags].map(([key, value]) => [`aws:RequestTag/${key}`, value] as const),
  ];
}
