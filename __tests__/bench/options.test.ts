import { readOptions } from '../../bench/options.js';

describe("the bench's command line", () => {
  it('times on loopback with 15 rounds where it says nothing', () => {
    expect(readOptions([])).toMatchObject({ mode: 'loopback', rounds: 15, latencies: [0, 100] });
  });

  it('times over the wire at 20 and 80 ms, or at the round trips given, each once and in order', () => {
    expect(readOptions(['--wire'])).toMatchObject({ mode: 'wire', latencies: [20, 80], relay: false });
    const given = readOptions(['--wire', '--rtt', '150,5,150', '--relay']);
    expect(given).toMatchObject({ latencies: [5, 150], relay: true });
  });

  it.each([
    [['--rtt', '80'], '--rtt: not used by a bench without --wire.'],
    [['--relay'], '--relay: not used by a bench without --wire.'],
    [['--wire', '--latency', '100'], '--latency: not used by --wire.'],
    [['--fleet', '--wire'], '--wire: not used by --fleet.'],
    [['--fleet', '--rounds', '3'], '--rounds: not used by --fleet.'],
    [['--wire', '--rtt', '0'], '--rtt: got "0"; allowed: a whole number from 1 to 10000.'],
    [['--rounds', 'many'], '--rounds: got "many"; allowed: a whole number from 1 to 1000.'],
    [['--latency', ''], '--latency: got ""; allowed: a whole number from 0 to 10000.'],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
