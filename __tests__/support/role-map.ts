import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '../../sandbox/cloud.js';
import { temporaryDirectory } from './files.js';
import { LONG } from './roles.js';
import { type Outcome, type RunOptions, runAction } from './run-action.js';

export const HUB = 'arn:aws:iam::222233334444:role/hub-deploy';
export const SPOKE = 'arn:aws:iam::444455556666:role/spoke-deploy';

export const MAP = `# The roles of this organisation
roles:
  payments-production:
    role-to-assume: ${LONG}
    aws-region: eu-central-1
    role-duration-seconds: 1800
    role-session-name: payments
    allowed-account-ids: "111122223333"
    allowed-repositories: [octo-org/octo-repo]
    allowed-refs:
      - refs/heads/main
      - refs/tags/v*
    inline-session-policy:
      Version: 2012-10-17
      Statement: { Effect: Allow, Action: "s3:*", Resource: "*" }
  payments-staging:
    role-to-assume: ${LONG}
  hub:
    role-to-assume: ${HUB}
    role-chain:
      - role: ${SPOKE}
        session-name: mapped
    custom-tags: { Team: core }
    transitive-tag-keys: Team
  broken:
    role-to-assume: nowhere:1
    role-duration-seconds: 2h
    aws-profile: x
    allowed-refs:
`;

export const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
export const PIN = sha256(MAP);

/** Runs a step in a workspace with a map, which is pinned unless the inputs say otherwise. */
export const stepIn =
  (cloud: () => Cloud) =>
  async (
    inputs: Record<string, string>,
    { text = MAP, ...options }: Partial<RunOptions> & { readonly text?: string | Buffer } = {},
  ): Promise<Outcome> => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'workspace'));
    writeFileSync(join(directory, 'workspace', 'roles.yml'), text);
    return await runAction(
      { 'aws-region': '', 'roles-file': 'roles.yml', 'roles-sha256': sha256(text), ...inputs },
      { cloud: cloud(), directory, ...options },
    );
  };

export const warnings = (outcome: Outcome): readonly string[] =>
  outcome
    .commands()
    .filter(({ command }) => command === 'warning')
    .map(({ data }) => data);
