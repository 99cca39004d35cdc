import { createHash } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Call } from '../../http/loopback.js';
import { incomplete, parseAuthorization, type SignatureClaim, signatureMismatch } from './authorization.js';
import { StsError } from './errors.js';
import { type Caller, type Sessions, userCaller } from './sessions.js';
import { Sha256 } from './sha256.js';
import { mayCallIam } from './who-may-call.js';

/** How a service wants its requests signed. */
export interface SigningRules {
  /** Its name in the credential scope. */
  readonly service: 'sts' | 'iam' | 'kms' | 's3' | 'cloudtrail';
  /** S3 signs the path as it was sent, with whatever it holds; the others encode it once more. */
  readonly signsRawPath: boolean;
  /** Whether `x-amz-content-sha256` may say that the body is not signed, or is in chunks. */
  readonly takesUnsignedBody: (bodyHash: string) => boolean;
}

/** How STS and most other services want it. */
export const STRICT_RULES = { signsRawPath: false, takesUnsignedBody: () => false } as const;

/** A caller whose signature was checked, and the Region it signed for. */
export interface Signed {
  readonly caller: Caller;
  readonly accessKeyId: string;
  readonly region: string;
}

interface Secret {
  readonly caller: Caller;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
  readonly expiresAt: number;
}

// AWS allows a clock to be this far off, either way.
const CLOCK_SKEW_MS = 15 * 60 * 1000;

/**
 * Verifies a request's SigV4 signature and tells who signed it. Throws the StsError AWS would answer:
 * a missing or incomplete header, an unknown key, a wrong or stale signature, an expired session, a Region
 * in which STS is switched off.
 */
export async function verifySignature(
  call: Call,
  sessions: Sessions,
  now: number,
  rules: SigningRules = { service: 'sts', ...STRICT_RULES },
): Promise<Signed> {
  const claim = parseAuthorization(call.headers.authorization);
  const signedAt = checkDate(call, claim, now);
  checkScope(claim, rules.service);
  const secret = findSecret(sessions, claim.accessKeyId, call.headers['x-amz-security-token']);
  await checkSignature(call, claim, secret, signedAt, rules);
  if (now >= secret.expiresAt) {
    throw new StsError('ExpiredToken', 403, 'The security token included in the request is expired');
  }
  const { account } = secret.caller.principal;
  // A key of one partition is unknown in every other one.
  if (partitionOf(claim.region) !== account.partition) throw unknownToken();
  // IAM does not say either that it knows the session and does not take it.
  if (rules.service === 'iam' && !mayCallIam(secret.caller)) throw unknownToken();
  if (rules.service === 'sts' && account.disabledRegions.includes(claim.region)) {
    throw new StsError(
      'RegionDisabledException',
      403,
      `STS is not activated in this region for account:${account.id}. Your account administrator can activate STS in this region using the IAM Console.`,
    );
  }
  return { caller: secret.caller, accessKeyId: claim.accessKeyId, region: claim.region };
}

function checkDate(call: Call, claim: SignatureClaim, now: number): Date {
  const text = call.headers['x-amz-date'];
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '');
  if (text === undefined || parts === null) {
    throw incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  const signedAt = Date.UTC(year ?? 0, (month ?? 0) - 1, day ?? 0, hour ?? 0, minute ?? 0, second ?? 0);
  if (claim.date !== text.slice(0, 8)) {
    throw signatureMismatch(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${claim.date}' != '${text.slice(0, 8)}', from '${text}'.`,
    );
  }
  const [clock, early, late] = [now, now - CLOCK_SKEW_MS, now + CLOCK_SKEW_MS].map(basicIso);
  if (signedAt < now - CLOCK_SKEW_MS) {
    throw signatureMismatch(`Signature expired: ${text} is now earlier than ${early} (${clock} - 15 min.)`);
  }
  if (signedAt > now + CLOCK_SKEW_MS) {
    throw signatureMismatch(
      `Signature not yet current: ${text} is still later than ${late} (${clock} + 15 min.)`,
    );
  }
  return new Date(signedAt);
}

function checkScope({ service, region, signedHeaders }: SignatureClaim, wanted: string): void {
  if (service !== wanted) {
    throw signatureMismatch(`Credential should be scoped to correct service: '${wanted}'. `);
  }
  if (!/^[a-z]{2,5}(?:-[a-z]+)+-\d+$/.test(region)) {
    throw signatureMismatch(`Credential should be scoped to a valid region, not '${region}'. `);
  }
  if (!signedHeaders.includes('host')) {
    throw signatureMismatch("'Host' must be a 'SignedHeader' in the AWS Authorization.");
  }
}

function findSecret(sessions: Sessions, accessKeyId: string, token: string | undefined): Secret {
  const issued = sessions.find(accessKeyId);
  if (issued !== undefined) {
    if (token !== issued.keys.sessionToken) throw unknownToken();
    return { ...issued.keys, caller: issued.caller };
  }
  const key = sessions.findUserKey(accessKeyId);
  if (key === undefined || token !== undefined) throw unknownToken();
  return {
    caller: userCaller(key),
    secretAccessKey: key.secretAccessKey,
    sessionToken: undefined,
    expiresAt: Number.POSITIVE_INFINITY,
  };
}

async function checkSignature(
  call: Call,
  claim: SignatureClaim,
  secret: Secret,
  signedAt: Date,
  { service, signsRawPath, takesUnsignedBody }: SigningRules,
): Promise<void> {
  const headers: Record<string, string> = {};
  for (const name of claim.signedHeaders) headers[name] = call.headers[name] ?? '';
  // The signer takes this header's word for the body's hash, so its word is checked first.
  const bodyHash = headers['x-amz-content-sha256'];
  if (bodyHash !== undefined && !takesUnsignedBody(bodyHash)) {
    if (bodyHash !== createHash('sha256').update(call.body).digest('hex')) throw signatureMismatch();
  }
  const { accessKeyId, region } = claim;
  const { secretAccessKey, sessionToken } = secret;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    region,
    service,
    sha256: Sha256,
    applyChecksum: false,
    uriEscapePath: !signsRawPath,
  });
  // The signer adds the date and the session token by itself: a client that left them unsigned is refused.
  const expected = await signer.sign(
    {
      method: call.method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: signsRawPath ? rawPath(call) : call.path,
      query: queryOf(call.query),
      headers,
      body: call.body,
    },
    { signingDate: signedAt, signableHeaders: new Set(claim.signedHeaders) },
  );
  if (parseAuthorization(expected.headers.authorization).signature !== claim.signature)
    throw signatureMismatch();
}

// A URL's pathname is normalised, which would change a key such as `a/../b`.
function rawPath({ url }: Call): string {
  return url.split('?')[0] ?? '/';
}

function queryOf(query: URLSearchParams): Record<string, string[]> {
  return Object.fromEntries([...query.keys()].map((key) => [key, query.getAll(key)]));
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return region.startsWith('eusc-') ? 'aws-eusc' : 'aws';
}

function basicIso(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}

function unknownToken(): StsError {
  return new StsError('InvalidClientTokenId', 403, 'The security token included in the request is invalid.');
}
