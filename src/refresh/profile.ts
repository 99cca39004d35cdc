import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { removeState } from '../cleanup/refresh-state.js';
import type { Credentials } from '../core/credentials.js';
import { type Profile, sectionSinks } from '../export/profile.js';
import type { Sink } from '../export/sink.js';
import { inputTexts } from '../inputs/inputs.js';
import type { SourceName } from '../inputs/source-names.js';
import type { Runner } from '../platform/runner.js';
import { needsNoQuotes, processCommand } from './command.js';
import { keptVariables } from './saved-environment.js';
import type { RefreshState } from './state.js';
import { cachedSession, createState } from './store.js';

/** A profile whose credentials are renewed for as long as the job runs. */
export interface RefreshingProfile extends Profile {
  readonly region: string;
  /** The first session. */
  readonly credentials: Credentials;
  readonly source: SourceName;
  /** When it was asked for at the earliest, in milliseconds since the epoch. */
  readonly obtainedMs: number;
}

/**
 * Writes a profile with a `credential_process`, and the state that the process works from. A section of the same name
 * in the credentials file is emptied: keys in it would win.
 * @throws ActionError PROFILE_EXISTS, FILE_REFUSED
 */
export function refreshingProfileSinks(runner: Runner, profile: RefreshingProfile): readonly Sink[] {
  const { region } = profile;
  const { directory, file } = statePlace(runner);
  const { node, script } = runner.program;
  const helper = join(dirname(dirname(script)), 'credential-process', 'index.js');
  const command = processCommand([node, helper, file], process.platform);
  const state = firstState(runner, profile);
  const step = { kind: 'refresh', directory } as const;
  return [
    {
      undo: [step],
      write() {
        createState(file, state);
        return () => removeState(step);
      },
    },
    ...sectionSinks(runner, profile, {
      credentials: new Map(),
      config: new Map([
        ['region', region],
        ['credential_process', command],
      ]),
    }),
  ];
}

/** Where a new state goes: into a directory of its own. */
export function statePlace(runner: Runner): { readonly directory: string; readonly file: string } {
  const directory = join(stateParent(runner, process.platform), `assume-aws-role-${crypto.randomUUID()}`);
  return { directory, file: join(directory, 'state.json') };
}

/** The state with the first session, and all that the next ones need. */
export function firstState(
  runner: Runner,
  { credentials, source, obtainedMs }: Pick<RefreshingProfile, 'credentials' | 'source' | 'obtainedMs'>,
): RefreshState {
  return {
    version: 1,
    inputs: { ...inputTexts(runner), 'identity-source': source },
    env: keptVariables(runner),
    session: cachedSession(credentials, obtainedMs),
  };
}

/**
 * Where the state's directory is made. On Windows the SDK for Go reads no quotes, so that a directory which needs none
 * is worth more than RUNNER_TEMP, whose only advantage is that the runner empties it, too.
 */
function stateParent({ env }: Runner, platform: NodeJS.Platform): string {
  const runnerTemp = env['RUNNER_TEMP'] || tmpdir();
  const candidates = platform === 'win32' ? [runnerTemp, tmpdir()] : [];
  return candidates.find((path) => needsNoQuotes(path, platform)) ?? runnerTemp;
}
