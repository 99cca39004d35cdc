import { fileURLToPath } from 'node:url';
import { type ChildServer, startChildServer } from './child-server.js';
import type { Counts } from './respond.js';

/** Something that answers as GitHub's token endpoint and as AWS. */
export interface Server {
  /** What it takes for each answer, in milliseconds; over the wire, the round trip to it. */
  readonly latencyMs: number;
  /** The variables that lead a program to it. */
  readonly env: Readonly<Record<string, string>>;
  counts(): Promise<Counts>;
}

/** Starts a server in a process of its own, which ends with this one. Rejects where it does not start. */
export async function startServer(latencyMs: number): Promise<Server & { stop(): void }> {
  const script = fileURLToPath(new URL('./server.js', import.meta.url));
  const child = await startChildServer(script, [String(latencyMs)]);
  const url = String(child.ready['url']);
  return {
    latencyMs,
    env: addressVariables(url, url, url),
    counts: () => askCounts(child),
    stop: () => child.stop(),
  };
}

/** What the server has seen so far. */
export async function askCounts(child: ChildServer, question = 'counts'): Promise<Counts> {
  const { requests, connections } = await child.ask(question);
  return { requests: Number(requests), connections: Number(connections) };
}

/** The variables that say where GitHub's token endpoint, STS and Cognito are. */
export function addressVariables(token: string, sts: string, cognito: string): Record<string, string> {
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${token}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bench-request-token',
    AWS_ENDPOINT_URL_STS: sts,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY: cognito,
  };
}
