import type { Lab } from '../engine/lab.js';
import { allow, policy, trust } from '../engine/policies.js';
import { ACCOUNT, makeRole, makeUser, removeRole, removeUser, roleArn } from '../engine/setting.js';

const EXTERNAL_ID = 'lab-customer-7f3c9a52';
const ASSUME = `sts assume-role --role-arn ${roleArn('lab-vendor-access')} --role-session-name vendor`;

export const lab: Lab = {
  number: '02',
  name: 'external-id',
  title: 'A role with an external ID: refused without it, let in with it',
  async run(bench) {
    bench.step('The vendor, who here is a user');
    await makeUser(bench, 'lab-vendor');
    bench.settle();

    bench.step('A role for the vendor, with an external ID in its trust policy');
    const condition = { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } };
    bench.file('trust.json', trust(`arn:aws:iam::${ACCOUNT}:user/lab-vendor`, condition));
    bench.file('listing.json', policy(allow('s3:ListAllMyBuckets', '*')));
    await makeRole(bench, 'lab-vendor-access', 'trust.json', 'listing.json');
    bench.settle();

    bench.step("Without the external ID, and with another customer's");
    await bench.refused(
      'lab-vendor',
      ASSUME,
      'AccessDenied',
      'Without the external ID the vendor is refused',
    );
    await bench.refused(
      'lab-vendor',
      `${ASSUME} --external-id lab-customer-00000000`,
      'AccessDenied',
      'With another one, too: the vendor cannot be talked into the wrong account',
    );

    bench.step('With it');
    await bench.aws('lab-vendor', `${ASSUME} --external-id ${EXTERNAL_ID}`, {
      profile: ['lab-vendor-access', 'Credentials'],
    });
    await bench.aws('lab-vendor-access', 's3 ls');
    bench.claim('With the right external ID the vendor is let in', true);

    bench.step('Clean up');
    await removeRole(bench, 'lab-vendor-access');
    await removeUser(bench, 'lab-vendor', 'LAB_VENDOR_KEY');
  },
};
