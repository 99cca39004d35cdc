// Puts the stand-in below build/, where scripts/build.mjs takes it for what tsc made of src/sts/protocol.ts.
import { copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
copyFileSync(join(here, 'protocol.mjs'), join(here, '..', '..', 'build', 'src', 'sts', 'protocol.js'));
