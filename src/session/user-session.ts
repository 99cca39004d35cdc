import { withoutTagsThatDoNotFit } from '../chain/convenience-tags.js';
import { DEFAULT_SECONDS, readMfa } from '../chain/plan.js';
import type { Credentials } from '../core/credentials.js';
import { ActionError } from '../core/errors.js';
import { quote } from '../core/text.js';
import type { InputName } from '../inputs/inputs.js';
import type { Session } from '../sts/client.js';
import { identifyCaller } from './caller.js';
import type { Run } from './context.js';
import { askUntilPlain } from './plain-key.js';
import { planFederationTags } from './user-session-inputs.js';

/*
 * Sessions of an IAM user instead of a role: STS gives them for long-lived keys only, which are not exported then.
 */

/** Root's sessions last an hour, whatever is asked for, and STS does not say so. */
const ROOT_MAX_SECONDS = 3600;
/** Clocks may differ by this much before a session counts as shorter than asked for. */
const CLOCK_TOLERANCE_SECONDS = 300;

/**
 * A session of the user who owns the keys (GetSessionToken), or of a federated user on that user's word
 * (GetFederationToken).
 * @throws ActionError
 */
export async function userSession(run: Run, keys: Credentials): Promise<Session> {
  const { inputs } = run;
  const name = inputs['federated-user-name'];
  warnNotSent(run);
  const ask = () => (name === undefined ? sessionOfUser(run, keys) : sessionOfFederatedUser(run, keys, name));
  const session = await (inputs['special-characters-workaround'] ? askUntilPlain(ask) : ask());
  warnIfCut(run, session.credentials);
  // Of a federated session, STS has said whose it is.
  return name === undefined ? { ...session, ...(await identifyCaller(run, session.credentials)) } : session;
}

async function sessionOfUser(run: Run, keys: Credentials): Promise<Session> {
  const mfa = readMfa(run.inputs);
  const withMfa = mfa === undefined ? '' : ' with MFA';
  const sts = run.sts();
  const ask = () => sts.getSessionToken(keys, secondsOf(run), mfa);
  try {
    const doing = `requesting a session${withMfa} (STS)`;
    const credentials = await run.retried(doing, ask, mfa !== undefined);
    maskSecrets(run, credentials);
    return { credentials, arn: '', accountId: '' };
  } catch (error) {
    throw error instanceof ActionError ? error.within(`STS refused a session${withMfa}.`) : error;
  }
}

async function sessionOfFederatedUser(run: Run, keys: Credentials, name: string): Promise<Session> {
  const { runner, inputs } = run;
  const { tags } = planFederationTags(inputs, runner.env);
  const sts = run.sts();
  const federation = {
    name,
    durationSeconds: secondsOf(run),
    policy: inputs['inline-session-policy'],
    policyArns: inputs['managed-session-policies'] ?? [],
  };
  try {
    const session = await withoutTagsThatDoNotFit(tags, runner.info, (sent) =>
      run.retried('requesting a session of a federated user (STS)', () =>
        sts.getFederationToken(keys, { ...federation, tags: sent }),
      ),
    );
    maskSecrets(run, session.credentials);
    return session;
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    const hint = error.code === 'ACCESS_DENIED' ? { hint: deniedAdvice(name, tags.length) } : {};
    throw error.within(`STS refused a session of the federated user ${quote(name)}.`, hint);
  }
}

function deniedAdvice(name: string, tags: number): string {
  const tagging =
    tags === 0
      ? ''
      : `, and sts:TagSession for the ${tags} tags of the call (role-skip-session-tagging: true sends none)`;
  return `The user's own policy must allow sts:GetFederationToken on arn:aws:sts::ACCOUNT:federated-user/${name}${tagging}. Keys of a role or of another session cannot make this call.`;
}

const secondsOf = ({ inputs }: Run): number => inputs['role-duration-seconds'] ?? DEFAULT_SECONDS;

function maskSecrets({ runner }: Run, { secrets }: Credentials): void {
  for (const secret of secrets) runner.mask(secret);
}

/** Settings of roles, which the two calls have no parameters for. It is not an error: variables may stand in for them. */
function warnNotSent({ runner, inputs }: Run): void {
  const isFederated = inputs['federated-user-name'] !== undefined;
  const names: readonly InputName[] = [
    'role-session-name',
    'role-external-id',
    'transitive-tag-keys',
    ...(isFederated ? [] : (['custom-tags'] as const)),
  ];
  const lost = names.filter((name) => inputs[name] !== undefined);
  const call = isFederated ? 'GetFederationToken' : 'GetSessionToken';
  if (lost.length > 0) runner.warning(`${lost.join(', ')}: not sent, because ${call} has no such parameter.`);
}

function warnIfCut(run: Run, { expiration }: Credentials): void {
  const asked = secondsOf(run);
  const given = ((expiration?.getTime() ?? Number.POSITIVE_INFINITY) - run.clock.now()) / 1000;
  if (
    asked <= ROOT_MAX_SECONDS + CLOCK_TOLERANCE_SECONDS ||
    given > ROOT_MAX_SECONDS + CLOCK_TOLERANCE_SECONDS
  )
    return;
  run.runner.warning(
    `role-duration-seconds: asked for ${asked} seconds, but the session ends after about ${Math.round(given)}. STS limits sessions of the account's root user to ${ROOT_MAX_SECONDS} seconds. Delete root's access keys and use those of an IAM user, or a role.`,
  );
}
