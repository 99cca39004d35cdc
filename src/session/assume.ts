import { assumeChain, type ChainContext } from '../chain/assume-chain.js';
import { DEFAULT_SECONDS, type FirstCall, mfaOf, planHops } from '../chain/plan.js';
import { largestParts } from '../chain/session-size.js';
import { isRoleArn, isSessionOf } from '../core/arn.js';
import type { Credentials, Identity } from '../core/credentials.js';
import { ActionError, known, type RequestKeys } from '../core/errors.js';
import { quote } from '../core/text.js';
import type { Result } from '../export/sinks.js';
import { textClaim } from '../identity/jwt.js';
import type { Choice } from '../identity/select.js';
import type { Asked } from '../report/call-context.js';
import { withCallContext } from '../report/refusal.js';
import type { AssumedRole, Caller, Hop } from '../sts/client.js';
import { maskAccount, type Run } from './context.js';
import { guardRole } from './guards.js';

/** What the first role is assumed with, told before there is anything to assume it with. */
export function firstCallOf({ source }: Choice): FirstCall['by'] {
  if (source === 'saml') return 'saml';
  return source === 'access-keys' || source === 'environment' ? 'keys' : 'token';
}

/** The credentials themselves are the result, or with MFA a session of theirs; STS says whose they are. */
export async function withoutRole(run: Run, identity: Identity): Promise<Result> {
  if (identity.kind !== 'aws') throw new RangeError('A token cannot be used without a role.');
  const credentials = await ownSession(run, identity.credentials);
  const isAmbient = run.choice.source === 'environment';
  return { ...(await whoIs(run, credentials)), credentials, isAmbient, oidcSubject: undefined, roleArns: [] };
}

/** A user's keys with MFA give a session, so that the keys themselves are never exported. */
async function ownSession(run: Run, credentials: Credentials): Promise<Credentials> {
  const mfa = mfaOf(run.inputs);
  if (mfa === undefined) return credentials;
  const sts = await run.sts();
  const seconds = run.inputs['role-duration-seconds'] ?? DEFAULT_SECONDS;
  const ask = () => sts.getSessionToken(credentials, seconds, mfa);
  try {
    const session = await run.retried('requesting a session with MFA (STS)', ask, true);
    for (const secret of session.secrets) run.runner.mask(secret);
    return session;
  } catch (error) {
    throw error instanceof ActionError ? error.within('STS refused a session with MFA.') : error;
  }
}

/** Assumes the role, and those that follow it. `renew` gives another identity where a token has ended. */
export async function withRole(
  run: Run,
  identity: Identity,
  renew: () => Promise<Identity>,
): Promise<Result> {
  const { runner, inputs, choice } = run;
  const isByName = inputs['role-to-assume'] !== undefined && !isRoleArn(inputs['role-to-assume']);
  const caller = identity.kind === 'aws' && isByName ? await whoIs(run, identity.credentials) : undefined;
  const claims = identity.kind === 'web-identity' ? identity.claims : undefined;
  const plan = planHops(inputs, runner.env, { by: firstCallOf(choice), caller, claims });
  for (const warning of plan.warnings) runner.warning(warning);
  for (const notice of plan.notices) runner.notice(notice);
  guardRole(known(plan.hops.at(-1)).roleArn, inputs);
  const context = await chainContext(run, plan.hops, renew);
  let assumed = await assumeChain(identity, plan.hops, context);
  for (
    let tried = 1;
    inputs['special-characters-workaround'] && hasSpecialCharacters(assumed.credentials);
    tried++
  ) {
    if (tried >= MAX_PLAIN_KEY_ATTEMPTS) throw noPlainKey();
    assumed = await assumeChain(identity, plan.hops, context);
  }
  return {
    ...assumed,
    isAmbient: false,
    oidcSubject: githubSubject(identity, choice),
    roleArns: plan.hops.map(({ roleArn }) => roleArn),
  };
}

async function chainContext(
  run: Run,
  hops: readonly Hop[],
  renew: () => Promise<Identity>,
): Promise<ChainContext> {
  const { runner, clock, inputs, choice, signal } = run;
  return {
    sts: await run.sts(),
    clock,
    signal,
    retried: (attempt, isOnce) => run.retried('assuming the role (STS)', attempt, isOnce),
    renew,
    propagationMs: (inputs['role-propagation-timeout-s'] ?? 0) * 1000,
    mask: (secret) => runner.mask(secret),
    info: (line) => runner.info(line),
    inspect(assumed, hop) {
      // The account that was masked so far is that of the inputs.
      maskAccount(runner, inputs, assumed);
      for (const warning of oddities(assumed, hop, clock.now())) runner.warning(warning);
    },
    explain: (error, hop, index, caller, callerArn) =>
      withCallContext(error, {
        roleArn: hop.roleArn,
        hop: index + 1,
        hops: hops.length,
        caller,
        callerArn,
        callerRoleArn: hops[index - 1]?.roleArn,
        asked: askedOf(hop, hops.slice(0, index)),
        largest: largestParts(hop),
        duration: { seconds: hop.durationSeconds, input: durationInput(inputs, index) },
        source: choice.source,
        reason: choice.reason,
        keys: requestKeys(hop, hops.slice(0, index)),
      }),
  };
}

/** What is strange about an answer, though its credentials may work. */
function oddities({ arn, credentials }: AssumedRole, hop: Hop, now: number): readonly string[] {
  const end = credentials.expiration;
  return [
    ...(arn === '' || isSessionOf(arn, hop.roleArn)
      ? []
      : [
          `STS answered with ${quote(arn)}, which is no session of ${quote(hop.roleArn)}. allowed-account-ids refuses accounts that are not meant.`,
        ]),
    ...(end === undefined || end.getTime() > now
      ? []
      : [`By this machine's clock the credentials ended at ${end.toISOString()}. Is the clock right?`]),
  ];
}

/** Which input says how long this hop's session lasts. */
function durationInput({ 'role-chain': items = [] }: Run['inputs'], index: number): string {
  const isOwn = items[index - 1]?.durationSeconds !== undefined;
  return isOwn ? `role-chain: item ${index}: duration-seconds` : 'role-duration-seconds';
}

/** What the call needs permission for, with what earlier hops pass on to it. */
function askedOf(hop: Hop, earlier: readonly Hop[]): Asked {
  return {
    tags: hop.tags.length,
    inheritedTags: earlier.reduce((count, { transitiveTagKeys }) => count + transitiveTagKeys.length, 0),
    sourceIdentity: [...earlier, hop].some(({ sourceIdentity }) => sourceIdentity !== undefined),
    externalId: hop.externalId !== undefined,
    mfa: hop.mfa !== undefined,
  };
}

/** The condition keys that the call brings by itself; tags and source identity may be those of earlier hops. */
function requestKeys(hop: Hop, earlier: readonly Hop[]): RequestKeys {
  const inherited = earlier.flatMap(({ tags, transitiveTagKeys }) =>
    tags.filter(({ key }) => transitiveTagKeys.includes(key)),
  );
  const tags = new Map([...inherited, ...hop.tags].map(({ key, value }) => [key, value]));
  const [sourceIdentity] = [...earlier, hop].flatMap((one) => one.sourceIdentity ?? []);
  const one = (key: string, value: string | undefined): RequestKeys =>
    value === undefined ? [] : [[key, value]];
  return [
    ['sts:RoleSessionName', hop.sessionName],
    ...one('sts:ExternalId', hop.externalId),
    ...one('sts:SourceIdentity', sourceIdentity),
    ...one('aws:MultiFactorAuthPresent', hop.mfa && 'true'),
    ['aws:TagKeys', [...tags.keys()]],
    ...[...tags].map(([key, value]) => [`aws:RequestTag/${key}`, value] as const),
  ];
}

/** The subject of GitHub's token, also where the token was exchanged for another. */
function githubSubject(identity: Identity, { source }: Choice): string | undefined {
  if (identity.kind !== 'web-identity') return undefined;
  const claims = source === 'github-oidc' ? identity.claims : identity.origin;
  return textClaim(claims, 'sub');
}

/** Whose credentials these are, as STS sees it. */
export async function whoIs(run: Run, credentials: Credentials): Promise<Caller> {
  const sts = await run.sts();
  try {
    const ask = () => sts.getCallerIdentity(credentials);
    const caller = await run.retried('identifying the credentials (STS)', ask);
    maskAccount(run.runner, run.inputs, caller);
    return caller;
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    throw error.within(`STS could not identify the credentials (identity source ${run.choice.source}).`);
  }
}

/** Slash and plus are all that AWS's keys have beside letters and digits; other clouds may differ. */
function hasSpecialCharacters({ secretAccessKey }: Credentials): boolean {
  return /[^A-Za-z0-9]/.test(secretAccessKey);
}

/** About 28 % of AWS's keys are plain, so that this many in a row that are not means that none will be. */
const MAX_PLAIN_KEY_ATTEMPTS = 50;

function noPlainKey(): ActionError {
  const tries = `${MAX_PLAIN_KEY_ATTEMPTS} secret keys in a row contained special characters`;
  return new ActionError('SPECIAL_CHARACTERS', `special-characters-workaround: ${tries}.`, {
    hint: 'Use a tool that accepts any key, and turn the workaround off.',
  });
}

/** Proves the credentials: STS must know them, as those it gave. */
export async function verify(run: Run, { arn, credentials }: Result): Promise<void> {
  const caller = await whoIs(run, credentials);
  if (caller.arn !== arn) {
    throw new ActionError(
      'ANSWER_UNEXPECTED',
      `verify-credentials: STS identifies these credentials as ${quote(caller.arn)}.`,
      {
        hint: `Expected: ${quote(arn)}.`,
      },
    );
  }
}
