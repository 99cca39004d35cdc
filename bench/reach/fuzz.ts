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
let most = 0;
let slowest = '';
const now = (): number => performance.now();
for (let index = 0; index < policies; index++) {
  const random = new Random(seed * 1_000_003 + index);
  const policy = randomPolicy(random);
  const home = random.pick(HOMES);
  const { answers, faults, ms } = attack(policy, home, random, tokens, { now });
  const took = ms / answers.length;
  if (took > most) [most, slowest] = [took, JSON.stringify(policy)];
  times.push(took);
  for (const answer of answers) {
    const name = answer.answer === 'unknown' ? `unknown (${answer.reason})` : answer.answer;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  for (const fault of faults) {
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
