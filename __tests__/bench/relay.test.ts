import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { portOf, startRelay } from '../../bench/wire/relay.js';

const ROUND_TRIP_MS = 60;
let echo: Server;
let relay: Server;

beforeAll(async () => {
  echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  relay = await startRelay(portOf(echo), ROUND_TRIP_MS);
});
afterAll(() => {
  relay.close();
  echo.close();
});

/** Milliseconds until as many bytes as were written have come back. */
async function timeEcho(socket: ReturnType<typeof connect>, text: string): Promise<number> {
  const start = performance.now();
  socket.write(text);
  let back = '';
  while (back.length < text.length) back += String((await once(socket, 'data'))[0]);
  expect(back).toBe(text);
  return performance.now() - start;
}

describe("the bench's relay", () => {
  it("takes no less than two round trips for a connection's first answer and one for the next, and keeps bytes in order", async () => {
    const socket = connect(portOf(relay), '127.0.0.1');
    const first = await timeEcho(socket, 'one');
    const second = await timeEcho(socket, 'two'.repeat(100_000));
    socket.end();
    await once(socket, 'close');
    // A timer may be a millisecond early; how late it is depends on the machine.
    expect(first).toBeGreaterThanOrEqual(2 * ROUND_TRIP_MS - 3);
    expect(second).toBeGreaterThanOrEqual(ROUND_TRIP_MS - 3);
  });

  it('closes a connection whose other side broke off', async () => {
    const closed = once(echo, 'connection').then(([socket]) => once(socket, 'close'));
    const socket = connect(portOf(relay), '127.0.0.1');
    await timeEcho(socket, 'one');
    socket.resetAndDestroy();
    await closed;
  });
});
