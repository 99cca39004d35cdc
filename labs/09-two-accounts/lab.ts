import { answerOf } from '../engine/bench.js';
import { ADMIN_KEYS, accountOf, type Lab, SECOND_ADMIN_KEYS } from '../engine/lab.js';
import { allow, policy, trust } from '../engine/policies.js';
import { ACCOUNT, makeRole, makeUser, removeRole, removeUser, roleArn } from '../engine/setting.js';

const PRODUCTION = '444455556666';
const VENDOR = '555555555555';
const VENDOR_KEYS = {
  accessKeyId: 'AKIAI77QH8DHBEXAMPLE',
  secretAccessKey: 'vendor/Administrator/Of/TheLabs/EXAMPLEKEY',
};
const DEPLOY = `sts assume-role --role-arn ${roleArn('lab-deploy', PRODUCTION)} --role-session-name release`;
const WORKER = `sts assume-role --role-arn ${roleArn('lab-worker', VENDOR)} --role-session-name job-1`;
const AUDIT = `sts assume-role --role-arn ${roleArn('lab-audit', PRODUCTION)} --role-session-name vendor`;
const EXTERNAL_ID = 'lab-customer-7f3c9a52';
const DECRYPT = 'kms decrypt --key-id $KEY_ARN --ciphertext-blob fileb://secret.bin';

export const lab: Lab = {
  number: '09',
  name: 'two-accounts',
  title: 'Two accounts and a vendor: both sides have to allow it',
  accounts: {
    accounts: {
      [ACCOUNT]: accountOf(ADMIN_KEYS),
      [PRODUCTION]: accountOf(SECOND_ADMIN_KEYS),
      [VENDOR]: accountOf(VENDOR_KEYS),
    },
  },
  profiles: { admin: ADMIN_KEYS, production: SECOND_ADMIN_KEYS, vendor: VENDOR_KEYS },
  async run(bench) {
    bench.step('A developer in one account, a role in the other');
    await makeUser(bench, 'lab-developer');
    bench.settle();
    bench.file('trust.json', trust(`arn:aws:iam::${ACCOUNT}:root`));
    bench.file('listing.json', policy(allow('s3:ListAllMyBuckets', '*')));
    await makeRole(bench, 'lab-deploy', 'trust.json', 'listing.json', 'production');
    bench.settle();
    await bench.refused(
      'lab-developer',
      DEPLOY,
      'AccessDenied',
      'Production trusts the account, and the account has not allowed the developer to use it',
    );

    bench.step("The developer's side");
    bench.file('assuming.json', policy(allow('sts:AssumeRole', roleArn('lab-deploy', PRODUCTION))));
    await bench.aws(
      'admin',
      'iam put-user-policy --user-name lab-developer --policy-name assuming --policy-document file://assuming.json',
    );
    bench.settle();
    await bench.aws('lab-developer', DEPLOY, { profile: ['lab-deploy', 'Credentials'] });
    const { Account } = answerOf(await bench.aws('lab-deploy', 'sts get-caller-identity'));
    bench.claim('With both sides the developer is in production', Account === PRODUCTION);

    bench.step('A key of production: allowed there, not here');
    bench.file('secret.txt', 'a password');
    const root = (account: string): object => ({ AWS: `arn:aws:iam::${account}:root` });
    bench.file(
      'key-policy.json',
      policy(
        { Effect: 'Allow', Principal: root(PRODUCTION), Action: 'kms:*', Resource: '*' },
        { Effect: 'Allow', Principal: root(ACCOUNT), Action: 'kms:Decrypt', Resource: '*' },
      ),
    );
    await bench.aws('production', 'kms create-key --policy file://key-policy.json', {
      variable: ['KEY_ARN', 'KeyMetadata.Arn'],
    });
    await bench.aws('production', 'kms encrypt --key-id $KEY_ARN --plaintext fileb://secret.txt', {
      variable: ['SECRET', 'CiphertextBlob'],
    });
    bench.elsewhere('echo "$SECRET" | base64 -d > secret.bin');
    bench.writeBase64('secret.bin', '$SECRET');
    await bench.refused(
      'lab-developer',
      DECRYPT,
      'AccessDeniedException',
      'The key lets the account in, and the developer has no permission to decrypt',
    );
    await bench.refused(
      'lab-deploy',
      DECRYPT,
      'AccessDeniedException',
      'Nor has the role, though it is in the account of the key',
    );
    bench.file('decrypting.json', policy(allow('kms:Decrypt', `arn:aws:kms:*:${PRODUCTION}:key/*`)));
    await bench.aws(
      'admin',
      'iam put-user-policy --user-name lab-developer --policy-name decrypting --policy-document file://decrypting.json',
    );
    bench.settle();
    const { Plaintext } = answerOf(await bench.aws('lab-developer', DECRYPT));
    const plain = Buffer.from(String(Plaintext), 'base64').toString('utf8');
    bench.claim('With both sides the developer decrypts', plain === 'a password');

    bench.step("The vendor: from a role of the vendor's to one of production, with an external ID");
    bench.file('worker-trust.json', trust(`arn:aws:iam::${VENDOR}:user/admin`));
    bench.file('worker.json', policy(allow('sts:AssumeRole', roleArn('lab-audit', PRODUCTION))));
    await makeRole(bench, 'lab-worker', 'worker-trust.json', 'worker.json', 'vendor');
    const condition = { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } };
    bench.file('audit-trust.json', trust(roleArn('lab-worker', VENDOR), condition));
    await makeRole(bench, 'lab-audit', 'audit-trust.json', 'listing.json', 'production');
    bench.settle();
    await bench.aws('vendor', WORKER, { profile: ['lab-worker', 'Credentials'] });
    await bench.refused('lab-worker', AUDIT, 'AccessDenied', 'Without the external ID the vendor is refused');
    await bench.refused(
      'lab-worker',
      `${AUDIT} --external-id ${EXTERNAL_ID} --duration-seconds 7200`,
      'ValidationError',
      'A role that is assumed from a role lasts an hour at most',
    );
    await bench.aws('lab-worker', `${AUDIT} --external-id ${EXTERNAL_ID}`, {
      profile: ['lab-audit', 'Credentials'],
    });
    await bench.aws('lab-audit', 's3 ls');
    bench.claim('With it the vendor is in production', true);
    await bench.refused('lab-worker', DEPLOY, 'AccessDenied', 'and in no other role of it');

    bench.step('Clean up');
    await removeRole(bench, 'lab-audit', ['lab-audit'], 'production');
    await removeRole(bench, 'lab-worker', ['lab-worker'], 'vendor');
    await bench.aws('production', 'kms schedule-key-deletion --key-id $KEY_ARN --pending-window-in-days 7');
    await removeRole(bench, 'lab-deploy', ['lab-deploy'], 'production');
    for (const name of ['assuming', 'decrypting']) {
      await bench.aws('admin', `iam delete-user-policy --user-name lab-developer --policy-name ${name}`);
    }
    await removeUser(bench, 'lab-developer', 'LAB_DEVELOPER_KEY');
  },
};
