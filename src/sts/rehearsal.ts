import { systemClock } from '../core/clock.js';
import type { Http } from '../platform/http.js';
import { createSts, type Hop } from './client.js';

/*
 * The first call of STS takes 8 ms longer than any other: the engine compiles what writes the request and reads the
 * answer. So it is made once while GitHub mints the token, with nothing in it and without a network.
 */

const HOP: Hop = {
  roleArn: 'arn:aws:iam::000000000000:role/none',
  sessionName: 'none',
  durationSeconds: 900,
  tags: [],
  transitiveTagKeys: [],
  policyArns: [],
};

const ANSWER = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <AssumedRoleUser><Arn>arn:aws:sts::000000000000:assumed-role/none/none</Arn></AssumedRoleUser>
    <Credentials>
      <AccessKeyId>none</AccessKeyId>
      <SecretAccessKey>none</SecretAccessKey>
      <SessionToken>none</SessionToken>
      <Expiration>2099-01-01T00:00:00Z</Expiration>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>`;

const NO_NETWORK: Http = {
  send: async () => ({ status: 200, headers: {}, body: Buffer.from(ANSWER) }),
  connectEarly() {},
  close() {},
};

/** Makes a call that goes nowhere. What comes of it is of no use to anybody. */
export async function rehearse(): Promise<void> {
  const settings = { region: 'us-east-1', endpoint: undefined, useFips: false, useDualstack: false };
  const sts = createSts({ ...settings, userAgent: [] }, NO_NETWORK, systemClock);
  await sts.assumeRoleWithWebIdentity(HOP, 'none');
}
