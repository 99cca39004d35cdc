import { attack, HOMES } from './attack.js';
import { Random } from './random.js';
import { randomPolicy } from './random-policy.js';

/*
 * Random hostile policies: node build/bench/reach/fuzz.js [POLICIES] [TOKENS] [SEED]. Counts the answers, confirms every
 * witness and attacks every proof with TOKENS tokens.
 */
const [policies = 1000, tokens = 1000, seed = 1] = process.argv.slice(2).map(Number);
const counts: Record<string, number> = {};
const times: number[] = [];
let slowest = '';
const now = (): number => performance.now();
for (let index = 0; index < policies; index++) {
  const random = new Random(seed * 1_000_003 + index);
  const policy = randomPolicy(random);
  const home = random.pick(HOMES);
  const before = now();
  const { answers, faults } = attack(policy, home, random, 0, { now });
  const took = (now() - before) / answers.length;
  if (took > Math.max(0, ...times.slice(-1)) && took > Math.max(...[0, ...times]))
    slowest = JSON.stringify(policy);
  times.push(took);
  const more = attack(policy, home, random, tokens, { now });
  for (const answer of answers) {
    const name = answer.answer === 'unknown' ? `unknown (${answer.reason})` : answer.answer;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  for (const fault of [...faults, ...more.faults]) {
    console.log(`policy ${index}: ${JSON.stringify(policy)}\n  home ${JSON.stringify(home)}\n  ${fault}`);
    process.exitCode = 1;
  }
}
times.sort((one, other) => one - other);
const at = (share: number): string =>
  (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(2);
console.log(counts);
console.log(`ms a question, mean of a policy: median ${at(0.5)}, 95% ${at(0.95)}, most ${at(1)}`);
console.log(`slowest: ${slowest}`);
