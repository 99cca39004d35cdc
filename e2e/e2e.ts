/**
 * `npm run e2e`: the committed action in real tools. One line for each check, then the total; exit code 1 when
 * one failed. `npm run e2e -- PREFIX` runs those whose names begin so. A missing tool is a skip here and a failure in CI; scripts/install-tools.sh installs them.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { actChecks } from './act-checks.js';
import { auditChecks } from './audit/checks.js';
import { cephChecks } from './ceph/checks.js';
import { runChecks } from './check.js';
import { deployChecks } from './deploy-checks.js';
import { endpointChecks } from './endpoint-checks.js';
import { incidentChecks } from './incident-checks.js';
import { infrastructureChecks } from './infrastructure/checks.js';
import { keycloakChecks } from './keycloak/checks.js';
import { labChecks } from './lab-checks.js';
import { actionlintCheck, zizmorCheck } from './lint-checks.js';
import { motoChecks } from './moto-checks.js';
import { planApplyChecks } from './plan-apply-checks.js';
import { refreshChecks } from './refresh-checks.js';
import { sandboxChecks } from './sandbox-checks.js';
import { strictnessChecks } from './strictness/checks.js';
import { findTools } from './tools.js';
import { userSessionChecks } from './user-session-checks.js';
import { windowsChecks } from './windows/checks.js';

// From build/e2e/, where this runs once it is compiled.
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const tools = findTools(root, process.env);

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

const { world, ...others } = tools;
const { windows, ...rest } = world;
for (const { name, version } of Object.values({ ...others, ...rest, ...windows }))
  write(`# ${name} ${version ?? 'is not here'}`);
const checks = [
  ...actChecks(root, tools),
  ...deployChecks(root, tools),
  ...planApplyChecks(root, tools),
  ...motoChecks(root, tools.moto),
  ...strictnessChecks(root, tools.moto),
  ...userSessionChecks(root, tools.aws),
  ...refreshChecks(root, tools),
  ...endpointChecks(root, tools),
  ...infrastructureChecks(root, tools),
  ...auditChecks(root, tools),
  ...incidentChecks(root, tools),
  ...sandboxChecks(root, tools),
  ...labChecks(tools.aws),
  ...windowsChecks(root, windows),
  ...cephChecks(root, world.ceph, tools.aws),
  ...keycloakChecks(root, world.keycloak, tools.moto),
  actionlintCheck(root, tools.actionlint),
  zizmorCheck(root, tools.zizmor),
];
const [prefix = ''] = process.argv.slice(2);
const chosen = checks.filter(({ name }) => name.startsWith(prefix));
if (chosen.length === 0) throw new Error(`no check has a name that begins with "${prefix}"`);
const { passed, failed, skipped } = await runChecks(chosen, write);
write(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
