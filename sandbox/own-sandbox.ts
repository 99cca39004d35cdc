import { readPolicyFiles } from '../src/check-trust/sources/files.js';
import { GITHUB_ISSUER } from '../src/trust/oidc/issuer.js';
import { type Cloud, startCloud } from './cloud.js';
import { type KeySource, newRsaKeys } from './core/keys.js';
import type { LoopbackServer } from './http/loopback.js';
import { startPage } from './page/server.js';
import { findRoles } from './policies/found-roles.js';
import { nameRoles, readRoleLines } from './policies/named-roles.js';
import { ownAccounts, readAccountIds } from './policies/own-accounts.js';
import { Story } from './story/story.js';

/** What a sandbox with one's own roles starts with. */
export interface OwnOptions {
  /** Paths and patterns of files with roles. */
  readonly policies: readonly string[];
  /** `ARN=FILE` or `ARN=FILE#ROLE`. */
  readonly roles: readonly string[];
  /** Ids of the accounts of roles whose file does not say. */
  readonly accounts: readonly string[];
  /** What paths are relative to. */
  readonly directory: string;
  /** What the sandbox signs with; keys made for it alone unless said. */
  readonly keys?: KeySource;
}

/** A running sandbox with one's own roles. */
export interface OwnSandbox {
  readonly cloud: Cloud;
  readonly story: Story;
  /** The URL of the page. */
  readonly page: string;
  readonly roles: readonly { readonly arn: string; readonly source: string }[];
  /** What cannot be used of the files, and what the sandbox assumes; a sentence each. */
  readonly remarks: readonly string[];
  close(): Promise<void>;
}

/**
 * Starts a sandbox whose accounts have one's own roles, and which stands for GitHub's issuer.
 * @throws Error for files that cannot be read, and where there is no role
 */
export async function startOwnSandbox(options: OwnOptions): Promise<OwnSandbox> {
  const lines = readRoleLines(options.roles);
  const files = readPolicyFiles([...options.policies, ...lines.map(({ file }) => file)], options.directory);
  const found = await findRoles(files);
  const own = ownAccounts(found.roles, nameRoles(lines, found.roles), readAccountIds(options.accounts));
  if (own.trusts.size === 0) throw new Error(['policies: no role was found', ...found.problems].join('; '));
  const { accounts, trusts } = own;
  const keys = options.keys ?? newRsaKeys;
  const cloud = await startCloud({ accounts, trusts, keys, standsFor: GITHUB_ISSUER });
  const story = new Story();
  cloud.onRequest((request) => story.add(request));
  const roles = [...trusts].map(([arn, { source }]) => ({ arn, source }));
  const facts = { standsFor: GITHUB_ISSUER, stsUrl: cloud.stsUrl, roles };
  const page: LoopbackServer = await startPage(0, facts, story);
  return {
    cloud,
    story,
    page: page.url,
    roles,
    remarks: [...found.problems, ...own.remarks, ...unlimitedRemark(own.unlimited)],
    close: async () => {
      await Promise.all([cloud.close(), page.close()]);
    },
  };
}

function unlimitedRemark(arns: readonly string[]): readonly string[] {
  if (arns.length === 0) return [];
  const roles = arns.length === 1 ? 'one role' : `${arns.length} roles`;
  return [
    `The files do not have the permissions of ${roles}. The sandbox lets them assume every role that trusts them.`,
  ];
}
