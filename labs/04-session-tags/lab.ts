import { answerOf } from '../engine/bench.js';
import type { Lab } from '../engine/lab.js';
import { allow, policy, trust } from '../engine/policies.js';
import { ACCOUNT, makeRole, makeUser, removeRole, removeUser, roleArn } from '../engine/setting.js';

const BUCKET = `lab-${ACCOUNT}-projects`;
const ASSUMING = ['sts:AssumeRole', 'sts:TagSession'];
const FIRST = `sts assume-role --role-arn ${roleArn('lab-project')} --role-session-name dev`;
const NEXT = `sts assume-role --role-arn ${roleArn('lab-project-reports')} --role-session-name dev`;
const get = (project: string): string =>
  `s3api get-object --bucket ${BUCKET} --key ${project}.txt ${project}.out`;

export const lab: Lab = {
  number: '04',
  name: 'session-tags',
  title: 'Session tags: one role, and each session opens what has its tag',
  async run(bench) {
    bench.step('Two objects, tagged with their projects');
    await bench.aws('admin', `s3 mb s3://${BUCKET}`);
    for (const project of ['apollo', 'gemini']) {
      bench.file(`${project}.txt`, `A report of ${project}.`);
      await bench.aws(
        'admin',
        `s3api put-object --bucket ${BUCKET} --key ${project}.txt --body ${project}.txt --tagging project=${project}`,
      );
    }
    await bench.aws('admin', `s3api get-object-tagging --bucket ${BUCKET} --key apollo.txt`);

    bench.step('A role that reads what has the tag of its session');
    await makeUser(bench, 'lab-analyst');
    bench.settle();
    const user = `arn:aws:iam::${ACCOUNT}:user/lab-analyst`;
    const ownTag = { StringEquals: { 's3:ExistingObjectTag/project': `\${aws:PrincipalTag/project}` } };
    const reading = allow('s3:GetObject', `arn:aws:s3:::${BUCKET}/*`, ownTag);
    bench.file('trust.json', trust(user, { StringLike: { 'aws:RequestTag/project': '*' } }, ASSUMING));
    bench.file('reading.json', policy(reading, allow(ASSUMING, roleArn('lab-project-reports'))));
    await makeRole(bench, 'lab-project', 'trust.json', 'reading.json');
    bench.settle();

    bench.step('A session for apollo opens what belongs to apollo');
    await bench.refused('lab-analyst', FIRST, 'AccessDenied', 'Without the tag there is no session');
    await bench.aws('lab-analyst', `${FIRST} --tags Key=project,Value=apollo --transitive-tag-keys project`, {
      profile: ['lab-apollo', 'Credentials'],
    });
    await bench.aws('lab-apollo', get('apollo'));
    await bench.refused('lab-apollo', get('gemini'), 'AccessDenied', 'Of gemini it opens nothing');

    bench.step('A transitive tag goes down the chain');
    bench.file('next-trust.json', trust(roleArn('lab-project'), undefined, ASSUMING));
    bench.file('next-reading.json', policy(reading));
    await makeRole(bench, 'lab-project-reports', 'next-trust.json', 'next-reading.json');
    bench.settle();
    await bench.aws('lab-apollo', NEXT, { profile: ['lab-apollo-reports', 'Credentials'] });
    const arn = answerOf(await bench.aws('lab-apollo-reports', 'sts get-caller-identity')).Arn;
    bench.claim('The next role', arn === `arn:aws:sts::${ACCOUNT}:assumed-role/lab-project-reports/dev`);
    await bench.aws('lab-apollo-reports', get('apollo'));
    bench.claim('has the tag, though nobody sent it again', true);
    await bench.refused(
      'lab-apollo',
      `${NEXT} --tags Key=project,Value=gemini`,
      'InvalidParameterValue',
      'A transitive tag cannot be changed on the way',
    );

    bench.step('A tag that is not transitive stays behind');
    await bench.aws('lab-analyst', `${FIRST} --tags Key=project,Value=gemini`, {
      profile: ['lab-gemini', 'Credentials'],
    });
    await bench.aws('lab-gemini', get('gemini'));
    await bench.aws('lab-gemini', NEXT, { profile: ['lab-untagged', 'Credentials'] });
    await bench.refused(
      'lab-untagged',
      get('gemini'),
      'AccessDenied',
      'The next session has no tag and opens nothing',
    );

    bench.step('Clean up');
    await bench.aws('admin', `s3 rm s3://${BUCKET} --recursive`);
    await bench.aws('admin', `s3 rb s3://${BUCKET}`);
    await removeRole(bench, 'lab-project-reports');
    await removeRole(bench, 'lab-project');
    await removeUser(bench, 'lab-analyst', 'LAB_ANALYST_KEY');
  },
};
