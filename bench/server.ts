import { createServer } from 'node:http';
import { type Counts, respondAfter } from './respond.js';

/*
 * GitHub's token endpoint and STS on one loopback port, in a process of its own so that it never shares an event loop
 * with what is measured. It checks nothing: the strict sandbox would cost more than what is timed here.
 *
 *   node server.js LATENCY_MS     sends { url } and, asked for anything, its Counts so far; ends with its parent
 */
let counts: Counts = { requests: 0, connections: 0 };

const server = createServer(
  respondAfter(Number(process.argv[2] ?? '0'), () => {
    counts = { ...counts, requests: counts.requests + 1 };
  }),
);
server.on('connection', () => {
  counts = { ...counts, connections: counts.connections + 1 };
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address !== 'string') {
    process.send?.({ url: `http://127.0.0.1:${address.port}` });
  }
});
process.on('message', () => process.send?.(counts));
process.on('disconnect', () => process.exit());
