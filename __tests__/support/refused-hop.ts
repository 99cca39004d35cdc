import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AccountsFile } from '../../sandbox/cloud.js';
import { startCloud } from './cloud.js';
import { temporaryDirectory } from './files.js';
import { runAction } from './run-action.js';

export const OWN = '222233334444';
export const OTHER = '444455556666';
export const HUB = `arn:aws:iam::${OWN}:role/hub-deploy`;
export const SPOKE = `arn:aws:iam::${OTHER}:role/spoke-deploy`;
export const NEIGHBOUR = `arn:aws:iam::${OWN}:role/neighbour`;
export const ORGANIZATION = { id: 'o-a1b2c3d4e5' };

export const document = (...statements: readonly object[]) => ({
  Version: '2012-10-17',
  Statement: statements,
});
export const may = (Resource: string, ...names: readonly string[]) => ({
  Effect: 'Allow',
  Action: names.map((name) => `sts:${name}`),
  Resource,
});
export const ALL = { Effect: 'Allow', Action: '*', Resource: '*' };
export const DENY = { ...ALL, Effect: 'Deny' };
export const FULL = document(ALL);

/** What the accounts really have. */
export interface World {
  readonly hub?: object;
  readonly trust?: object;
  readonly own?: object;
  readonly other?: object;
  readonly network?: object;
}

export function accounts({ hub = {}, trust, own = {}, other = {}, network = {} }: World): AccountsFile {
  const provider = `arn:aws:iam::${OWN}:oidc-provider/ISSUER`;
  const trusted = trust ?? { Effect: 'Allow', Principal: { AWS: OWN }, Action: 'sts:*' };
  return {
    network,
    accounts: {
      [OWN]: {
        ...own,
        providers: [{ url: 'https://ISSUER', clientIds: ['sts.amazonaws.com'] }],
        roles: {
          'hub-deploy': {
            trust: document({
              Effect: 'Allow',
              Principal: { Federated: provider },
              Action: 'sts:AssumeRoleWithWebIdentity',
            }),
            permissions: [may('*', 'AssumeRole', 'TagSession')],
            ...hub,
          },
          neighbour: { trust: document(trusted), permissions: [may('*', 'AssumeRole')] },
        },
      },
      [OTHER]: { ...other, roles: { 'spoke-deploy': { trust: document(trusted) } } },
    },
  };
}

export interface Step {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, object | string>>;
  readonly role?: string;
  readonly item?: object;
}

/** What the step prints of its error: without the facts. */
export async function printed(world: World, { inputs = {}, files = {}, role = SPOKE, item = {} }: Step = {}) {
  const cloud = await startCloud({ accounts: accounts(world) });
  const directory = temporaryDirectory();
  for (const [name, content] of Object.entries(files)) {
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
    const path = join(directory, 'workspace', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const chain = JSON.stringify([{ role, ...item }]);
  try {
    const outcome = await runAction(
      { 'role-to-assume': HUB, 'role-chain': chain, 'role-skip-session-tagging': 'true', ...inputs },
      { cloud, directory },
    );
    const lines = (outcome.commands().find(({ command }) => command === 'error')?.data ?? '').split('\n');
    const [first = '', ...rest] = lines.filter(
      (line) => !/^(Caller|Identity source|iss|sub|aud|ref|environment|job_workflow_ref): /.test(line),
    );
    return { first, lines: rest, summary: outcome.summary };
  } finally {
    await cloud.close();
  }
}

/** What the hub needs for the spoke. */
export const STATEMENT = `{ "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "${SPOKE}" }`;
