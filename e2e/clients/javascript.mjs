// One client for many seconds: it must ask for new credentials by itself when a session is over.
import { setTimeout as sleep } from 'node:timers/promises';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

const client = new STSClient({ maxAttempts: 1 });
for (const end = Date.now() + Number(process.argv[2]) * 1000; Date.now() < end; await sleep(400)) {
  const { Arn } = await client.send(new GetCallerIdentityCommand({}));
  console.log(Arn);
}
