import type { TrustPolicy } from '../src/trust/language/policy.js';
import { type EditableDirectory, readDirectory } from './aws/accounts/accounts.js';
import { type AccountsFile, readAccountsFile } from './aws/accounts/accounts-file.js';
import { startAws } from './aws/aws.js';
import type { CloudTrailEvent } from './aws/cloudtrail/event.js';
import type { SamlOptions } from './aws/saml/identity-provider.js';
import { objectAt } from './core/json.js';
import { type KeySource, newRsaKeys } from './core/keys.js';
import { startIssuer } from './github/issuer.js';
import { GithubIds, type Run, resolveRun } from './github/run.js';
import { runEnvironment } from './github/run-environment.js';
import { runEvent } from './github/run-event.js';
import { type Fault, Faults } from './http/faults.js';
import { type RecordedRequest, Recorder, type Service } from './http/recorder.js';
import type { ServiceAccount } from './kubernetes/service-account.js';

export type { AccountsFile } from './aws/accounts/accounts-file.js';
export type { CloudTrailEvent } from './aws/cloudtrail/event.js';
export type { SamlOptions } from './aws/saml/identity-provider.js';
export type { Run } from './github/run.js';
export type { Fault } from './http/faults.js';
export type { RecordedRequest } from './http/recorder.js';
export type { ServiceAccount } from './kubernetes/service-account.js';

/** How to start a sandbox. */
export interface CloudOptions {
  /** The accounts, or the path of a file with them; sandbox/cloud.json unless said. */
  readonly accounts?: AccountsFile | string;
  /** The sandbox's clock in milliseconds since the epoch; the real one unless said. */
  readonly now?: () => number;
  /** What the sandbox signs with; keys made for it alone unless said. */
  readonly keys?: KeySource;
  /** Fixed ports; free ones unless said. */
  readonly stsPort?: number;
  readonly issuerPort?: number;
  readonly cognitoPort?: number;
  readonly awsPort?: number;
  /** A file that CloudTrail's events are appended to, as lines of JSON. */
  readonly trailFile?: string;
  /** The issuer that the sandbox's tokens name, such as GitHub's; the sandbox itself unless said. */
  readonly standsFor?: string;
  /** Trust policies that were read from elsewhere, for roles of the accounts by their ARNs. */
  readonly trusts?: ReadonlyMap<string, { readonly policy: TrustPolicy; readonly source: string }>;
}

/** A running sandbox: a token issuer like GitHub's, an STS and identity pools like AWS's, on 127.0.0.1. */
export interface Cloud {
  /** The issuer's URL: the `iss` of every token, unless the sandbox stands for another. */
  readonly issuer: string;
  /** For `AWS_ENDPOINT_URL_STS`. It serves every Region; the Region is what the signature says. */
  readonly stsUrl: string;
  /** For `AWS_ENDPOINT_URL_COGNITO_IDENTITY`. It serves the pools of every Region. */
  readonly cognitoUrl: string;
  /** For `AWS_ENDPOINT_URL`: STS, IAM, S3, KMS and CloudTrail's LookupEvents at one address, path-style. */
  readonly awsUrl: string;
  /** Everything that came in, oldest first; STS's and Cognito's visits to the issuer (`discovery`, `jwks`) included. */
  readonly requests: readonly RecordedRequest[];
  /** What CloudTrail records of the calls to AWS, in all accounts, oldest first. */
  readonly trail: readonly CloudTrailEvent[];
  /** Lets something go wrong, once unless the fault says otherwise; latency stays until cleared. */
  fault(service: Service, fault: Fault, action?: string): void;
  clearFaults(): void;
  /**
   * The environment a hosted runner gives a job, with the token request's variables where GitHub would give
   * them, and with the endpoints of STS and Cognito. Each call registers the run anew. Paths are left to the
   * runner.
   */
  environment(run?: Run): Record<string, string>;
  /** Lets those ask for tokens whose bearer says who they are, and gives the URL at which they do. */
  registerSpeaking(read: (bearer: string) => Run | string | undefined): string;
  /** Calls back with each request when it is answered. */
  onRequest(listener: (request: RecordedRequest) => void): void;
  /** What the run's GITHUB_EVENT_PATH would hold. */
  event(run?: Run): object;
  /**
   * A code of an MFA device by its serial number, still good: the present one, or the next where that is used.
   * Throws where both are used up, and for a device that no user has.
   */
  mfaCode(serial: string): string;
  /**
   * Whether IAM lets the credentials with this access key id do an action (`s3:GetObject`) to a resource of their account
   * that has no policy of its own. Throws for credentials that are not of the sandbox.
   */
  isPermitted(accessKeyId: string, action: string, resource: string): boolean;
  /** A signed SAML Response in base64, good for the roles that trust the provider unless said otherwise. */
  samlAssertion(options?: SamlOptions): Promise<string>;
  /** A Kubernetes service account's token, as EKS puts it into AWS_WEB_IDENTITY_TOKEN_FILE. */
  serviceAccountToken(account?: ServiceAccount): Promise<string>;
  /** Stops all servers and drops every connection. */
  close(): Promise<void>;
}

/** Starts a sandbox. Rejects where the accounts file is wrong or a port is taken. */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const now = options.now ?? Date.now;
  const keys = options.keys ?? newRsaKeys;
  const wires = { faults: new Faults(), recorder: new Recorder(now) };
  let ids = new GithubIds({});
  const { issuerPort = 0, standsFor } = options;
  const issuer = await startIssuer(issuerPort, wires, () => ids, keys, now, standsFor);
  const serviceAccountToken = (account: ServiceAccount = {}) => issuer.serviceAccountToken(account);
  const environment = (run?: Run): Record<string, string> => {
    const resolved = resolveRun(run);
    const request = resolved.mayRequestToken ? issuer.register(resolved) : {};
    const endpoints = {
      AWS_ENDPOINT_URL_STS: aws.stsUrl,
      AWS_ENDPOINT_URL_COGNITO_IDENTITY: aws.cognitoUrl,
    };
    return { ...runEnvironment(resolved, ids), ...request, ...endpoints };
  };
  const start = async () => {
    // Only now is the issuer's port known, which the accounts file refers to.
    const { accounts } = options;
    // Accounts made from one's own policies name GitHub itself, and anything in them may be called ISSUER.
    const isOwn = typeof accounts === 'object' && standsFor !== undefined;
    const file = objectAt(isOwn ? accounts : readAccountsFile(accounts, issuer.name), 'accounts file');
    ids = new GithubIds(file.github);
    const orders = { environment, serviceAccountToken };
    const directory = withTrusts(readDirectory(file), options.trusts);
    const addressOf = (name: string): string => (name === issuer.name ? issuer.url : name);
    return startAws(directory, { ...options, keys, now, addressOf }, wires, orders);
  };
  const aws = await start().catch(async (error: unknown) => {
    await issuer.close();
    throw error;
  });
  return {
    ...aws,
    issuer: issuer.url,
    requests: wires.recorder.requests,
    fault: (service, fault, action) => wires.faults.add(service, fault, action),
    clearFaults: () => wires.faults.clear(),
    environment,
    registerSpeaking: (read) =>
      issuer.registerSpeaking((bearer) => {
        const run = read(bearer);
        return typeof run === 'object' ? resolveRun(run) : run;
      }),
    onRequest: (listener) => wires.recorder.onClosed(listener),
    serviceAccountToken,
    event: (run) => runEvent(resolveRun(run), ids),
    close: async () => {
      await Promise.all([issuer.close(), aws.close()]);
    },
  };
}

function withTrusts(directory: EditableDirectory, trusts: CloudOptions['trusts']): EditableDirectory {
  const roles = [...directory.roles].map(([arn, role]) => {
    const read = trusts?.get(arn);
    return [arn, read === undefined ? role : { ...role, trust: read.policy, source: read.source }] as const;
  });
  return { ...directory, roles: new Map(roles) };
}
