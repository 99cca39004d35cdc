import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownAccountsFile } from '../../sandbox/aws/accounts/accounts-file.js';
import { ACTION } from './bundle.js';
import { temporaryDirectory } from './files.js';
import { jobsOf, type Mapping, mappingAt } from './workflow-steps.js';

/** Whose policies a page's JSON blocks are, in their order, as paths in the sandbox's accounts. */
export const POLICIES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'hub-and-spoke.md': [
    ['222233334444/roles/hub-deploy/trust'],
    ['222233334444/roles/hub-deploy/permissions'],
    ['444455556666/roles/spoke-deploy/trust', '123456789012/roles/spoke-deploy/trust'],
  ],
  'irsa.md': [
    ['111122223333/roles/irsa-deploy/trust'],
    ['111122223333/roles/irsa-deploy/permissions'],
    ['444455556666/roles/irsa-spoke/trust'],
  ],
  'mfa.md': [['111122223333/roles/mfa-deploy/trust'], ['111122223333/users/legacy-deployer/permissions']],
  'vendor-external-id.md': [
    ['222233334444/roles/hub-deploy/trust'],
    ['222233334444/roles/hub-deploy/permissions'],
    ['555555555555/roles/vendor-deploy/trust'],
  ],
  'verified-tags.md': [
    ['111122223333/roles/abac-deploy/trust'],
    ['111122223333/roles/abac-deploy/permissions'],
    ['444455556666/roles/repository-octo-repo/trust'],
  ],
};

const directory = join(ACTION, 'docs', 'examples');

/** The pages of docs/examples/ by their file names. */
export const PAGES: readonly string[] = readdirSync(directory).sort();

/** The blocks of a page that are in one language, in their order. */
export function fences(page: string, language: string): readonly string[] {
  const blocks = readFileSync(join(directory, page), 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm);
  return [...blocks].filter(([, found]) => found === language).map(([, , text = '']) => text);
}

/** A page's workflows; other YAML is left out. */
export function workflowsOf(page: string): readonly string[] {
  return fences(page, 'yaml').filter((text) => jobsOf(text).length > 0);
}

/** The issuers of the real world, and the sandbox's as its accounts write them. */
const ISSUERS = [
  ['token.actions.githubusercontent.com', 'ISSUER'],
  ['oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE', 'ISSUER/cluster'],
] as const;

/** A page's policies, for the sandbox's issuers. Throws where one is no JSON. */
export function policiesOf(page: string): readonly Mapping[] {
  return fences(page, 'json').map((text) => {
    const known = ISSUERS.reduce((replaced, [real, sandbox]) => replaced.replaceAll(real, sandbox), text);
    return mappingAt(JSON.parse(known));
  });
}

/** The sandbox's accounts with a page's policies in them, as a file that goes with the test file. */
export function accountsWith(page: string): string {
  let accounts = mappingAt(JSON.parse(readFileSync(ownAccountsFile(), 'utf8')));
  for (const [index, policy] of policiesOf(page).entries()) {
    for (const place of POLICIES[page]?.[index] ?? []) {
      const value = place.endsWith('/trust') ? policy : policy['Statement'];
      accounts = replacedAt(accounts, ['accounts', ...place.split('/')], value);
    }
  }
  const path = join(temporaryDirectory(), 'accounts.json');
  writeFileSync(path, JSON.stringify(accounts));
  return path;
}

function replacedAt(mapping: Mapping, [key = '', ...path]: readonly string[], value: unknown): Mapping {
  const old = mapping[key];
  if (path.length === 0) return { ...mapping, [key]: value };
  if (old === undefined) throw new Error(`The sandbox's accounts have no ${key}`);
  return { ...mapping, [key]: replacedAt(mappingAt(old), path, value) };
}
