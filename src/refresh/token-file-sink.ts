import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { removeState } from '../cleanup/refresh-state.js';
import { errnoOf } from '../core/errno.js';
import { ActionError } from '../core/errors.js';
import { quote } from '../core/text.js';
import type { Sink } from '../export/sink.js';
import type { Runner } from '../platform/runner.js';
import { WEB_IDENTITY_FILE } from './endpoint-names.js';
import { startEndpoint } from './endpoint-start.js';
import { firstState, type RefreshingProfile, statePlace } from './profile.js';
import { createState } from './store.js';

/**
 * Starts a background process that keeps GitHub's token in a file, for tools that assume the role themselves. The file
 * is in the folder that the runner mounts into Docker actions as their home, and whose paths it translates for them
 * (https://github.com/actions/runner, ContainerActionHandler).
 */
export function tokenFileSink(
  runner: Runner,
  first: Pick<RefreshingProfile, 'credentials' | 'source' | 'obtainedMs'>,
): { readonly sink: Sink; readonly file: string } {
  const { directory, file: stateFile } = statePlace(runner);
  const home = join(runner.env['RUNNER_TEMP'] || tmpdir(), '_github_home');
  const tokenDirectory = join(home, `assume-aws-role-${crypto.randomUUID()}`);
  const file = join(tokenDirectory, WEB_IDENTITY_FILE);
  const { session, ...state } = firstState(runner, first);
  // The session is not needed again: whoever reads the token assumes the role.
  const unused = { AccessKeyId: '-', SecretAccessKey: '-', SessionToken: '-' };
  const removeAll = (): void => {
    removeState({ kind: 'refresh', directory });
    removeState({ kind: 'refresh', directory: tokenDirectory });
  };
  return {
    file,
    sink: {
      // The last is taken back first: when the token goes, nobody writes it any more.
      undo: [
        { kind: 'refresh', directory: tokenDirectory },
        { kind: 'endpoint', directory },
      ],
      write(maxWaitMs) {
        makeTokenDirectory(tokenDirectory);
        try {
          createState(stateFile, { ...state, session: { ...session, ...unused } });
          startEndpoint(runner, ['keep-token', stateFile, file], maxWaitMs);
          return removeAll;
        } catch (error) {
          removeAll();
          throw error;
        }
      },
    },
  };
}

/** The runner makes the home where it is missing, as this does, and leaves it to the end of the job. */
function makeTokenDirectory(directory: string): void {
  try {
    mkdirSync(dirname(directory), { recursive: true });
    mkdirSync(directory, { mode: 0o700 });
  } catch (cause) {
    const code = errnoOf(cause) ?? 'unknown';
    throw new ActionError(
      'FILE_REFUSED',
      `The directory ${quote(directory)} could not be created (${code}).`,
      {
        hint: "It holds GitHub's token for containers. Check that RUNNER_TEMP is a directory that this user can write to.",
        cause,
      },
    );
  }
}
