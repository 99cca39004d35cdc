/** Runs one scenario on this Windows: `node build/e2e/windows/main.js NAME`. What is wrong is the last line. */
import { SCENARIOS } from './scenarios.js';

const [name = ''] = process.argv.slice(2);
const scenario = SCENARIOS[name];
if (scenario === undefined) throw new Error(`there is no scenario "${name}"`);
try {
  await scenario();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
