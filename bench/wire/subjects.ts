import { mainsOf, withChain } from '../action-subjects.js';
import { POOL_ID } from '../answers.js';
import { jobEnvironment } from '../job.js';
import type { Options } from '../options.js';
import { bareNode, byHand, type Launch, type Subject } from '../subject.js';
import type { Wire } from './servers.js';

/** Everything to time over the wire, in the order of the report. */
export function prepareWireSubjects(
  { node, peer }: Options,
  root: string,
  temp: string,
  { link, servers }: Wire,
): readonly Subject[] {
  const launch: Launch = { node, command: link.client, env: jobEnvironment(temp) };
  const early = { FLOOR_EARLY: 'yes' };
  const limits = servers.flatMap((server) => [
    byHand('floor', launch, server),
    byHand('limit', launch, server, early),
    byHand('limit, Cognito', launch, server, { ...early, FLOOR_POOL: POOL_ID }),
    byHand('limit, 3 roles', launch, server, { ...early, FLOOR_HOPS: '3' }),
  ]);
  const mains = mainsOf(root, 'main', launch, servers);
  const peers = peer === undefined ? [] : mainsOf(peer, 'peer main', launch, servers);
  return [
    bareNode(launch),
    ...limits,
    ...mains.flatMap((main) => [main, withPool(main), withChain(main)]),
    ...peers,
  ];
}

/** The same step with GitHub's token exchanged by an identity pool: four requests to three services. */
function withPool(main: Subject): Subject {
  const env = { ...main.env, 'INPUT_COGNITO-IDENTITY-POOL-ID': POOL_ID };
  return { ...main, kind: 'main, Cognito', env };
}
