import { get } from 'node:http';
import type { JSONWebKeySet } from 'jose';
import { isObject } from '../../core/json.js';
import { invalidIdentityToken, StsError } from './errors.js';

// What AWS waits is not published; a local issuer that takes longer than this does not answer.
const TIMEOUT_MS = 5000;

/**
 * Fetches an issuer's keys by OpenID discovery, anew for every token, so that each fetch is seen and can fail: at
 * `address`, where something else stands for the issuer.
 * Throws IDPCommunicationError (400) where the issuer cannot be reached, InvalidIdentityToken (400) where it
 * answers without usable keys. Refuses to leave 127.0.0.1.
 */
export async function fetchIssuerKeys(issuer: string, address = issuer): Promise<JSONWebKeySet> {
  const discovery = await fetchJson(`${address}/.well-known/openid-configuration`);
  if (!isObject(discovery) || discovery.issuer !== issuer || typeof discovery.jwks_uri !== 'string')
    throw noKey();
  const keys = await fetchJson(discovery.jwks_uri);
  if (!isObject(keys) || !Array.isArray(keys.keys)) throw noKey();
  return { keys: keys.keys.filter((key: unknown) => isObject(key) && typeof key.kty === 'string') };
}

/** 400 InvalidIdentityToken for a key that could not be had; AWS really writes two spaces. */
export function noKey(): StsError {
  return invalidIdentityToken(
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
  );
}

async function fetchJson(url: string): Promise<unknown> {
  const { status, body } = await fetchText(url);
  if (status !== 200) throw noKey();
  try {
    const parsed: unknown = JSON.parse(body);
    return parsed;
  } catch {
    throw noKey();
  }
}

function fetchText(url: string): Promise<{ readonly status: number; readonly body: string }> {
  if (!URL.canParse(url) || new URL(url).hostname !== '127.0.0.1') return Promise.reject(unreachable());
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', () => reject(unreachable()));
    });
    request.on('error', () => reject(unreachable()));
  });
}

function unreachable(): StsError {
  return new StsError('IDPCommunicationError', 400, 'Unable to communicate with the identity provider');
}
