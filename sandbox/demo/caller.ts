/**
 * A step of its own: asks STS who it is, with AWS's own client and its default credential chain. Nothing of the
 * action is in here, only what the action left in the environment.
 */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

try {
  const region = process.env.AWS_REGION;
  // An empty variable is no Region; the client would otherwise stop at that and not at the credentials.
  const client = new STSClient({ region: region === undefined || region === '' ? 'us-east-1' : region });
  const { Arn } = await client.send(new GetCallerIdentityCommand({}));
  console.log(Arn);
} catch (error) {
  console.log(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
