import type { Call } from './loopback.js';

/**
 * Whether a request names this server as 127.0.0.1 or localhost: a page of somebody else's, whose name was made to lead
 * here, names its own.
 */
export function isFromHere({ headers }: Pick<Call, 'headers'>, url: string): boolean {
  const { port } = new URL(url);
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin } = headers;
  return own.includes(host ?? '') && (origin === undefined || own.some((one) => origin === `http://${one}`));
}
