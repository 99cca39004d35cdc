import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cloud, startCloud } from '../../sandbox/cloud.js';
import { type Check, expectThat } from '../check.js';
import { startMoto } from '../moto.js';
import type { Tool } from '../tools.js';
import { summary } from './call.js';
import { CASES } from './cases.js';
import { ACCOUNTS, motoServer, type Server, sandboxServer } from './world.js';

/** Whether the sandbox and moto answer the calls of docs/sandbox.md as its table says. */
export function strictnessChecks(root: string, moto: Tool): readonly Check[] {
  const page = readFileSync(join(root, 'docs', 'sandbox.md'), 'utf8');
  const check = (
    name: string,
    tools: readonly Tool[],
    column: string,
    start: (cloud: Cloud) => Promise<Server & { close?(): void }>,
  ): Check => ({
    name: `strictness: ${name}`,
    tools,
    run: async () => {
      const cloud = await startCloud({ accounts: ACCOUNTS });
      let server: Awaited<ReturnType<typeof start>> | undefined;
      try {
        server = await start(cloud);
        const differences = compare(answersOnPage(page, column), await answersOf(server));
        expectThat(differences.length === 0, differences.join('; '));
      } finally {
        server?.close?.();
        await cloud.close();
      }
    },
  });
  const ofMoto = (authenticates: boolean) => async (cloud: Cloud) => {
    const server = await startMoto(moto);
    const close = (): void => server.close();
    try {
      return { ...(await motoServer(server.url, cloud, authenticates)), close };
    } catch (error) {
      close();
      throw error;
    }
  };
  return [
    check('the sandbox', [], 'Sandbox', async (cloud) => sandboxServer(cloud)),
    check('moto', [moto], `moto ${moto.version}`, ofMoto(false)),
    check('moto with authentication', [moto], 'moto with authentication', ofMoto(true)),
  ];
}

type Answers = Readonly<Record<string, string>>;

/** What the page says otherwise than the server. */
function compare(onPage: Answers, actual: Answers): readonly string[] {
  return [...new Set([...Object.keys(onPage), ...Object.keys(actual)])]
    .filter((title) => onPage[title] !== actual[title])
    .map(
      (title) =>
        `${title}: docs/sandbox.md has "${onPage[title] ?? 'nothing'}", the answer is "${actual[title] ?? 'nothing'}"`,
    );
}

/** What a server answers to each call, one after the other. */
export async function answersOf(server: Server): Promise<Answers> {
  const answers: Record<string, string> = {};
  for (const [title, ask] of Object.entries(CASES)) answers[title] = summary(await ask(server));
  return answers;
}

/** A column of the page's table, by the call. Throws where the table has no such column. */
export function answersOnPage(page: string, column: string): Answers {
  const part = page.slice(page.indexOf('\n### Compared with moto\n'));
  const [head = [], , ...rows] = part
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const index = head.indexOf(column);
  if (index < 0) throw new Error(`docs/sandbox.md has no column "${column}"`);
  return Object.fromEntries(rows.map((row) => [row[1] ?? '', (row[index] ?? '').replaceAll('`', '')]));
}
