import { createServer } from 'node:http';
import { answerSts, REFUSAL, REFUSED_ROLE_ARN, tokenAnswer } from './answers.js';

/*
 * GitHub's token endpoint and STS on one loopback port, in a process of its own so that it never shares an event loop
 * with what is measured. It checks nothing: the strict sandbox would cost more than what is timed here.
 *
 *   node server.js LATENCY_MS     tells { url } and, asked for anything, { requests } so far; ends with its parent
 */
const latencyMs = Number(process.argv[2] ?? '0');
let requests = 0;

const server = createServer((request, response) => {
  requests++;
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => {
    const isToken = request.method === 'GET';
    const isRefused = new URLSearchParams(body).get('RoleArn') === REFUSED_ROLE_ARN;
    const answer = isToken ? tokenAnswer() : isRefused ? REFUSAL : answerSts(body);
    const type = isToken ? 'application/json' : 'text/xml';
    const send = (): void => {
      response.writeHead(answer === undefined ? 400 : isRefused ? 403 : 200, {
        'content-type': type,
        'content-length': Buffer.byteLength(answer ?? ''),
      });
      response.end(answer);
    };
    if (latencyMs === 0) send();
    else setTimeout(send, latencyMs);
  });
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address !== 'string') {
    process.send?.({ url: `http://127.0.0.1:${address.port}` });
  }
});
process.on('message', () => process.send?.({ requests }));
process.on('disconnect', () => process.exit());
