import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeState } from '../cleanup/refresh-state.js';
import { maskPlainAndEscaped } from '../cleanup/save-record.js';
import { errnoOf } from '../core/errno.js';
import { ActionError } from '../core/errors.js';
import { quote } from '../core/text.js';
import { sectionSinks } from '../export/profile.js';
import type { Sink } from '../export/sink.js';
import type { Runner } from '../platform/runner.js';
import { ENDPOINT_PATH, TOKEN_FILE } from './endpoint-names.js';
import { startEndpoint } from './endpoint-start.js';
import { firstState, type RefreshingProfile, statePlace } from './profile.js';
import { createState } from './store.js';

/** What an SDK would take before the token file, or instead of it. */
const TOKEN = 'AWS_CONTAINER_AUTHORIZATION_TOKEN';

/**
 * Starts a background process that serves a container's credentials, and says in the environment where. The profile
 * holds the Region alone: a name in AWS_PROFILE that stayed as it was would win over the endpoint, and so would a
 * profile `default` that has keys.
 * @throws ActionError PROFILE_EXISTS, FILE_REFUSED
 */
export function endpointSinks(runner: Runner, profile: RefreshingProfile): readonly Sink[] {
  const settings = { credentials: new Map<string, string>(), config: new Map([['region', profile.region]]) };
  return [endpointSink(runner, profile), ...sectionSinks(runner, profile, settings)];
}

function endpointSink(runner: Runner, profile: RefreshingProfile): Sink {
  const { directory, file } = statePlace(runner);
  const place = { kind: 'refresh', directory } as const;
  const state = firstState(runner, profile);
  const tokenFile = join(directory, TOKEN_FILE);
  const isTokenSet = Boolean(runner.env[TOKEN]);
  const names = ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  if (isTokenSet) names.push(TOKEN);
  const before = Object.fromEntries(names.map((name) => [name, runner.env[name] ?? '']));
  maskPlainAndEscaped(runner, [runner.env[TOKEN] ?? '']);
  return {
    undo: [
      { kind: 'endpoint', directory },
      { kind: 'environment', before },
    ],
    write(maxWaitMs) {
      createState(file, state);
      try {
        writeToken(runner, tokenFile);
        const port = startEndpoint(runner, ['serve', file], maxWaitMs);
        const restore = runner.exportVariables(
          new Map([
            ['AWS_CONTAINER_CREDENTIALS_FULL_URI', `http://127.0.0.1:${port}${ENDPOINT_PATH}`],
            ['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', tokenFile],
            ...(isTokenSet ? [[TOKEN, ''] as const] : []),
          ]),
        );
        return () => {
          restore();
          removeState(place);
        };
      } catch (error) {
        // The process ends as soon as it sees that.
        attempt(() => removeState(place));
        throw error;
      }
    },
  };
}

/** No new line behind it: an SDK sends the text as it is. */
function writeToken(runner: Runner, path: string): void {
  const token = randomBytes(32).toString('base64url');
  runner.mask(token);
  try {
    writeFileSync(path, token, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const code = errnoOf(cause) ?? 'unknown';
    throw new ActionError('FILE_REFUSED', `The file ${quote(path)} could not be created (${code}).`, {
      hint: "It holds the credential endpoint's token. Check that RUNNER_TEMP is a directory that this user can write to.",
      cause,
    });
  }
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // `post` tries again.
  }
}
