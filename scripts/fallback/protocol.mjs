// Stands in for src/sts/protocol.ts in `npm run build:fallback`: STS's language by the AWS SDK's client and commands,
// which are its public interface, instead of parts from inside (docs/adr/0010-fallback-build.md). The client writes and
// signs each request and reads each answer, but sends nothing: its handler keeps the request, or gives the answer.
import {
  AssumeRoleCommand,
  AssumeRoleWithSAMLCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { USER_AGENT } from '../core/version.js';
import { stsEndpoint } from './endpoint.js';
import { plainRequest } from './sdk-http.js';

const COMMANDS = {
  AssumeRole: AssumeRoleCommand,
  AssumeRoleWithSAML: AssumeRoleWithSAMLCommand,
  AssumeRoleWithWebIdentity: AssumeRoleWithWebIdentityCommand,
  GetCallerIdentity: GetCallerIdentityCommand,
  GetFederationToken: GetFederationTokenCommand,
  GetSessionToken: GetSessionTokenCommand,
};

/** For answers, which are not signed. */
const NOBODY = { accessKeyId: 'none', secretAccessKey: 'none' };

/** As src/sts/protocol.ts: the request of a call, and its result from an answer. */
export function createProtocol(action, settings) {
  const Command = COMMANDS[action];
  return {
    async request(parameters, credentials, now) {
      let request;
      const keep = async (one) => {
        request = one;
        throw new Error('nothing is sent here');
      };
      try {
        await clientOf(settings, credentials ?? NOBODY, now, keep).send(new Command(parameters));
      } catch (error) {
        if (request === undefined) throw error;
      }
      request.headers['user-agent'] = userAgent(settings.userAgent);
      return plainRequest(request);
    },
    async result({ status, headers, body }) {
      const response = { statusCode: status, headers: { ...headers }, body: Uint8Array.from(body) };
      return await clientOf(settings, NOBODY, Date.now(), async () => ({ response })).send(new Command({}));
    },
  };
}

/** A client that looks nothing up: every setting that it would read from variables or files is given. */
function clientOf(settings, credentials, now, handle) {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return new STSClient({
    region: settings.region === 'aws-global' ? 'us-east-1' : settings.region,
    endpoint: stsEndpoint(settings).href,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    userAgentAppId: 'none',
    systemClockOffset: now - Date.now(),
    requestHandler: { metadata: { handlerProtocol: 'http/1.1' }, handle },
  });
}

function userAgent(pairs) {
  return ['lang/js', USER_AGENT, ...pairs.map(([name, value]) => `md/${name}#${value}`)].join(' ');
}
