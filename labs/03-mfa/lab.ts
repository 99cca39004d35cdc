import { codeOf, decodeBase32, stepAt } from '../../sandbox/aws/mfa/totp.js';
import type { Bench } from '../engine/bench.js';
import type { Lab } from '../engine/lab.js';
import { allow, policy, trust } from '../engine/policies.js';
import { ACCOUNT, makeRole, makeUser, removeRole, removeUser, roleArn } from '../engine/setting.js';

const DEVICE = `arn:aws:iam::${ACCOUNT}:mfa/lab-phone`;
const ASSUME = `sts assume-role --role-arn ${roleArn('lab-operations')} --role-session-name on-call`;
const WITH_CODE = `${ASSUME} --serial-number ${DEVICE} --token-code`;

export const lab: Lab = {
  number: '03',
  name: 'mfa',
  title: 'A role that requires MFA: refused without a code, let in with one',
  async run(bench) {
    bench.step('A user with a virtual MFA device');
    await makeUser(bench, 'lab-operator');
    await bench.aws(
      'admin',
      'iam create-virtual-mfa-device --virtual-mfa-device-name lab-phone --outfile seed.txt --bootstrap-method Base32StringSeed',
    );
    showCode(bench, 'FIRST');
    bench.wait(30, 'the device shows its next code');
    showCode(bench, 'SECOND');
    await bench.aws(
      'admin',
      `iam enable-mfa-device --user-name lab-operator --serial-number ${DEVICE} --authentication-code1 $FIRST --authentication-code2 $SECOND`,
    );
    bench.settle();

    bench.step('A role that wants MFA');
    const condition = {
      Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' },
    };
    bench.file('trust.json', trust(`arn:aws:iam::${ACCOUNT}:user/lab-operator`, condition));
    bench.file('listing.json', policy(allow('s3:ListAllMyBuckets', '*')));
    await makeRole(bench, 'lab-operations', 'trust.json', 'listing.json');
    bench.settle();

    bench.step('Without a code, and with an old one');
    await bench.refused('lab-operator', ASSUME, 'AccessDenied', 'The access key alone is not enough');
    await bench.refused(
      'lab-operator',
      `${WITH_CODE} $SECOND`,
      'AccessDenied',
      'A code that was used counts no more',
    );

    bench.step('With the code of now');
    bench.wait(30, 'the device shows its next code');
    showCode(bench, 'CODE');
    await bench.aws('lab-operator', `${WITH_CODE} $CODE`, { profile: ['lab-operations', 'Credentials'] });
    await bench.aws('lab-operations', 's3 ls');
    bench.claim('With the code the user is let in', true);

    bench.step('Clean up');
    await removeRole(bench, 'lab-operations');
    await bench.aws('admin', `iam deactivate-mfa-device --user-name lab-operator --serial-number ${DEVICE}`);
    await bench.aws('admin', `iam delete-virtual-mfa-device --serial-number ${DEVICE}`);
    await removeUser(bench, 'lab-operator', 'LAB_OPERATOR_KEY');
  },
};

/** What an authenticator app shows of the secret in seed.txt. */
function showCode(bench: Bench, variable: string): void {
  const secret = decodeBase32(bench.read('seed.txt'));
  const code = codeOf(secret, stepAt(bench.now()));
  bench.set(variable, code, `${variable}=$(oathtool --totp --base32 "$(cat seed.txt)")`);
}
