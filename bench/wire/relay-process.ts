import { portOf, startRelay } from './relay.js';

/*
 *   node relay-process.js TARGET_PORT:ROUND_TRIP_MS...
 *
 * Sends { ports } when all relays listen; ends with its parent.
 */
const relays = process.argv.slice(2).map(async (text) => {
  const [port = '', roundTripMs = ''] = text.split(':');
  return portOf(await startRelay(Number(port), Number(roundTripMs)));
});
process.on('disconnect', () => process.exit());
process.send?.({ ports: await Promise.all(relays) });
