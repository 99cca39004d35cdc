import { readFileSync } from 'node:fs';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
  STSServiceException,
} from '@aws-sdk/client-sts';
import type { AwsClient, Keys, LabFolder, Outcome, Surroundings } from './client.js';
import { type AwsCommand, optionOf, parseCommand } from './command.js';
import { inputOf, pascal } from './input.js';
import { runS3 } from './s3-commands.js';
import { callIam, callKms, Refused } from './services.js';

/**
 * Does what the AWS CLI would do, without it: STS through the AWS SDK for JavaScript, the other services by requests that
 * the SDK's signer signs.
 */
export function sdkClient(folder: LabFolder): AwsClient {
  return {
    name: 'the AWS SDK for JavaScript',
    run: async (text, surroundings) => {
      const command = parseCommand(text);
      try {
        return { isDone: true, text: await run(command, folder, surroundings), code: undefined };
      } catch (error) {
        return failure(error, command);
      }
    },
  };
}

async function run(command: AwsCommand, folder: LabFolder, surroundings: Surroundings): Promise<string> {
  const { service } = command;
  if (service === 'sts' && command.operation === 'assume-role-with-web-identity') {
    return pretty(
      await assumeWithToken(folder, {
        roleArn: optionOf(command, 'role-arn'),
        sessionName: optionOf(command, 'role-session-name'),
        token: String(inputOf(command, folder.path).WebIdentityToken),
      }),
    );
  }
  const keys = await credentials(folder, surroundings);
  switch (service) {
    case 'sts':
      return pretty(await callSts(command, folder, keys));
    case 'iam':
      return pretty(await callIam(command, folder, keys));
    case 'kms':
      return pretty(await callKms(command, folder, keys));
    case 's3':
    case 's3api':
      return runS3(command, folder, keys);
    default:
      throw new Error(`no lab uses aws ${service}`);
  }
}

async function callSts(command: AwsCommand, folder: LabFolder, credentials: Keys): Promise<unknown> {
  const { endpoint, region } = folder;
  const client = new STSClient({ endpoint, region, credentials, maxAttempts: 1 });
  const input = inputOf(command, folder.path);
  switch (command.operation) {
    case 'get-caller-identity':
      return client.send(new GetCallerIdentityCommand({}));
    case 'assume-role':
      return client.send(new AssumeRoleCommand({ RoleArn: undefined, RoleSessionName: undefined, ...input }));
    default:
      throw new Error(`no lab uses aws sts ${command.operation}`);
  }
}

interface TokenCall {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly token: string;
}

function assumeWithToken({ endpoint, region }: LabFolder, { roleArn, sessionName, token }: TokenCall) {
  const client = new STSClient({ endpoint, region, maxAttempts: 1 });
  return client.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleArn,
      RoleSessionName: sessionName,
      WebIdentityToken: token,
    }),
  );
}

/** A profile's keys; without one a token file's session, as in the default chain of AWS's tools, or the default profile. */
async function credentials(folder: LabFolder, { profile, environment }: Surroundings): Promise<Keys> {
  const { AWS_ROLE_ARN: roleArn, AWS_WEB_IDENTITY_TOKEN_FILE: file } = environment;
  if (profile === undefined && roleArn !== undefined && file !== undefined) {
    const token = readFileSync(file, 'utf8');
    const { Credentials } = await assumeWithToken(folder, { roleArn, sessionName: 'lab', token });
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  }
  const keys = folder.profiles.get(profile ?? 'default');
  if (keys === undefined) throw new Error(`The config profile (${profile ?? 'default'}) could not be found`);
  return keys;
}

function failure(error: unknown, { operation }: AwsCommand): Outcome {
  const refused =
    error instanceof Refused
      ? error
      : error instanceof STSServiceException
        ? new Refused(stsCode(error), pascal(operation), error.message)
        : undefined;
  if (refused === undefined) {
    return { isDone: false, text: error instanceof Error ? error.message : String(error), code: undefined };
  }
  const { code, message } = refused;
  const text = `An error occurred (${code}) when calling the ${refused.operation} operation: ${message}`;
  return { isDone: false, text, code };
}

/** The code on the wire, which the SDK's classes have other names for. */
function stsCode(error: STSServiceException): string {
  const wire = 'Code' in error && typeof error.Code === 'string' ? error.Code : undefined;
  return wire ?? error.name.replace(/Exception$/, '');
}

function pretty(value: unknown): string {
  if (value === undefined) return '';
  const text = JSON.stringify(value, (key, part: unknown) => (key === '$metadata' ? undefined : part), 4);
  return text === '{}' || text === '""' ? '' : text;
}
