import { objectAt, textAt } from '../../sandbox/core/json.js';
import { answerOf } from '../engine/bench.js';
import type { Lab } from '../engine/lab.js';
import { allow, policy, trust } from '../engine/policies.js';
import { ACCOUNT, makeRole, makeUser, removeRole, removeUser, roleArn } from '../engine/setting.js';

const BUCKET = `lab-${ACCOUNT}-notes`;
const ASSUME = `sts assume-role --role-arn ${roleArn('lab-reader')} --role-session-name my-session`;

export const lab: Lab = {
  number: '01',
  name: 'assume-a-role',
  title: 'Assume a role and use it',
  async run(bench) {
    bench.step('Something to read: a bucket with one object');
    bench.file('note.txt', 'A note in a bucket.');
    await bench.aws('admin', `s3 mb s3://${BUCKET}`);
    await bench.aws('admin', `s3 cp note.txt s3://${BUCKET}/note.txt`);

    bench.step('A user who may do nothing');
    await makeUser(bench, 'lab-developer');
    bench.settle();
    await bench.aws('lab-developer', 'sts get-caller-identity');
    await bench.refused(
      'lab-developer',
      `s3 ls s3://${BUCKET}`,
      'AccessDenied',
      'The user cannot list the bucket',
    );

    bench.step('A role that trusts the user and may read the bucket');
    bench.file('trust.json', trust(`arn:aws:iam::${ACCOUNT}:user/lab-developer`));
    const reading = ['s3:ListBucket', 's3:GetObject'];
    bench.file(
      'reading.json',
      policy(allow(reading, [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`])),
    );
    await makeRole(bench, 'lab-reader', 'trust.json', 'reading.json');
    bench.settle();

    bench.step('Assume it, and use it');
    await bench.aws('lab-developer', ASSUME, { profile: ['lab-reader', 'Credentials'] });
    const identity = answerOf(await bench.aws('lab-reader', 'sts get-caller-identity'));
    bench.claim(
      'The keys are a session of the role',
      identity.Arn === `arn:aws:sts::${ACCOUNT}:assumed-role/lab-reader/my-session`,
    );
    const listed = await bench.aws('lab-reader', `s3 ls s3://${BUCKET}`);
    bench.claim('The session lists the bucket', listed.text.endsWith(' note.txt'));
    const note = await bench.aws('lab-reader', `s3 cp s3://${BUCKET}/note.txt -`);
    bench.claim('and reads its object', note.text === 'A note in a bucket.');
    await bench.refused(
      'lab-reader',
      `s3api put-object --bucket ${BUCKET} --key other.txt --body note.txt`,
      'AccessDenied',
      'It cannot write: the role may only read',
    );

    bench.step('A longer session, which the role has to allow');
    const longer = `${ASSUME} --duration-seconds 14400`;
    await bench.refused(
      'lab-developer',
      longer,
      'ValidationError',
      'A role allows one hour until it says otherwise',
    );
    await bench.aws('admin', 'iam update-role --role-name lab-reader --max-session-duration 14400');
    bench.settle();
    const before = Date.now();
    const { Credentials } = answerOf(await bench.aws('lab-developer', longer));
    const end = Date.parse(textAt(objectAt(Credentials, 'Credentials').Expiration, 'Expiration'));
    bench.claim('The session lasts four hours', Math.abs(end - before - 14_400_000) < 120_000);

    bench.step('Clean up');
    await bench.aws('admin', `s3 rm s3://${BUCKET} --recursive`);
    await bench.aws('admin', `s3 rb s3://${BUCKET}`);
    await removeRole(bench, 'lab-reader');
    await removeUser(bench, 'lab-developer', 'LAB_DEVELOPER_KEY');
    await bench.refused(
      'lab-reader',
      'sts get-caller-identity',
      'InvalidClientTokenId',
      'The sessions of a role end with it',
    );
  },
};
