import type { Lab } from '../engine/lab.js';
import { allow, policy, trust } from '../engine/policies.js';
import { ACCOUNT, makeRole, makeUser, removeRole, removeUser, roleArn } from '../engine/setting.js';

const ASSUME = `sts assume-role --role-arn ${roleArn('lab-deploy')} --role-session-name`;
const NEXT = `sts assume-role --role-arn ${roleArn('lab-publish')} --role-session-name`;

export const lab: Lab = {
  number: '07',
  name: 'revoke-sessions',
  title: 'Revoke the sessions of a role',
  async run(bench) {
    bench.step('A role in use, and one behind it');
    await makeUser(bench, 'lab-ci');
    bench.settle();
    bench.file('trust.json', trust(`arn:aws:iam::${ACCOUNT}:user/lab-ci`));
    bench.file(
      'deploying.json',
      policy(allow('s3:ListAllMyBuckets', '*'), allow('sts:AssumeRole', roleArn('lab-publish'))),
    );
    await makeRole(bench, 'lab-deploy', 'trust.json', 'deploying.json');
    bench.file('next-trust.json', trust(roleArn('lab-deploy')));
    bench.file('publishing.json', policy(allow('s3:ListAllMyBuckets', '*')));
    await makeRole(bench, 'lab-publish', 'next-trust.json', 'publishing.json');
    bench.settle();
    await bench.aws('lab-ci', `${ASSUME} stolen`, { profile: ['lab-stolen', 'Credentials'] });
    await bench.aws('lab-stolen', 's3 ls');
    await bench.aws('lab-stolen', `${NEXT} stolen`, { profile: ['lab-stolen-next', 'Credentials'] });
    bench.claim('The session works, and has made another one', true);

    bench.step('Revoke what was issued before now');
    bench.wait(5, 'the sessions are older than the moment of revocation');
    const now = new Date(bench.now()).toISOString().replace(/\.\d+/, '');
    bench.set('NOW', now, 'NOW=$(date -u +%Y-%m-%dT%H:%M:%SZ)');
    bench.file('revoke.json', {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { DateLessThan: { 'aws:TokenIssueTime': '$NOW' } },
        },
      ],
    });
    await bench.aws(
      'admin',
      'iam put-role-policy --role-name lab-deploy --policy-name AWSRevokeOlderSessions --policy-document file://revoke.json',
    );
    bench.settle();
    const denied = await bench.refused('lab-stolen', 's3 ls', 'AccessDenied', 'The old session is refused');
    bench.claim(
      'by the Deny that was just added',
      denied.text.includes('with an explicit deny in an identity-based policy'),
    );
    await bench.refused(
      'lab-stolen',
      `${NEXT} again`,
      'AccessDenied',
      'It can no longer go on to the next role',
    );
    const who = await bench.aws('lab-stolen', 'sts get-caller-identity');
    bench.claim('It still says who it is: that needs no permission', who.text.includes('stolen'));

    bench.step('What survives: a session that the old one had made of another role');
    await bench.aws('lab-stolen-next', 's3 ls');
    bench.claim('It is a session of the other role, which has to be revoked, too', true);
    await bench.aws(
      'admin',
      'iam put-role-policy --role-name lab-publish --policy-name AWSRevokeOlderSessions --policy-document file://revoke.json',
    );
    bench.settle();
    await bench.refused('lab-stolen-next', 's3 ls', 'AccessDenied', 'Now it is refused as well');

    bench.step('New sessions work');
    bench.wait(5, 'the next session is issued after the moment of revocation');
    await bench.aws('lab-ci', `${ASSUME} tonight`, { profile: ['lab-tonight', 'Credentials'] });
    await bench.aws('lab-tonight', 's3 ls');
    bench.claim('A session that is issued later is let in', true);

    bench.step('Clean up');
    await removeRole(bench, 'lab-publish', ['lab-publish', 'AWSRevokeOlderSessions']);
    await removeRole(bench, 'lab-deploy', ['lab-deploy', 'AWSRevokeOlderSessions']);
    await removeUser(bench, 'lab-ci', 'LAB_CI_KEY');
  },
};
