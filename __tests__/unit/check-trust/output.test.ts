import { checkTrust } from '../../../src/check-trust/check.js';
import { inColour, wantsColour } from '../../../src/check-trust/output/colour.js';
import type { CheckReport } from '../../../src/check-trust/output/report.js';
import { reportLines } from '../../../src/check-trust/output/report-text.js';
import { summaryMarkdown } from '../../../src/check-trust/output/summary.js';
import { readOwnWorkflows } from '../../../src/check-trust/workflows/own-workflows.js';
import { directoryWith } from '../../support/check-trust.js';
import { trusting } from '../../support/own-workflows.js';
import { rendered } from '../../support/secrets.js';

const HOME = { repository: 'octo-org/octo-repo' };
const SUBJECTS = ['repo:octo-org/octo-repo:ref:refs/heads/main', 'repo:octo-org/*', 'repo:octo*'];

/** Roles of two accounts with the same names. */
function inventory(count: number) {
  const roles = Array.from({ length: count }, (_, index) => ({
    Arn: `arn:aws:iam::${index % 2 === 0 ? '111122223333' : '444455556666'}:role/r${index >> 1}`,
    AssumeRolePolicyDocument: JSON.parse(trusting({ sub: SUBJECTS[index % 3] ?? '' })),
  }));
  return { path: 'roles.json', text: JSON.stringify({ Roles: roles }) };
}

const CI = 'on: push\npermissions: write-all\njobs: { a: {}, b: {} }';

function questions(workflow = CI) {
  const directory = directoryWith({ '.github/workflows/ci.yml': workflow });
  return { home: HOME, never: [], own: readOwnWorkflows(['.github/workflows'], directory, HOME) };
}

const pageOf = (report: CheckReport): string => rendered(summaryMarkdown(report));

describe('few roles', () => {
  it('have no ranking, and a graph with jobs and with whoever else gets in', async () => {
    const report = await checkTrust([inventory(3)], [], questions());
    expect(reportLines(report)[0]).toMatch(/^roles\.json:1:\d+: warning/);
    const page = pageOf(report);
    expect(page).toContain('| r0 in 111122223333 | ✔ | ✔ |');
    expect(page).toContain('| r1 | ✘ | ✘ |');
    expect(page).not.toContain('<details>');
    const graph = page.split('```')[1]?.split('\n') ?? [];
    expect(graph.slice(0, 2)).toEqual(['mermaid', 'graph LR']);
    expect(graph).toContain('  w0(["ci#46;yml#58; a"])');
    expect(graph).toContain('  r0["r0 in 111122223333"]');
    expect(graph).toContain('  w0 -.-> r0');
    expect(graph.filter((line) => line.endsWith(':::wide'))).toHaveLength(6);
    expect(page).toContain(
      '#### Which jobs of octo-org/octo-repo can assume a role\n\n| Role | Answer | Workflow | Job | Why |\n| --- |',
    );
    expect(page).toContain('| r1 | yes | .github/workflows/ci.yml | a |');
  });

  it('leave the jobs out of a graph that would be too large, then the graph', async () => {
    const jobs = Array.from({ length: 30 }, (_, index) => `j${index}: {}`).join(', ');
    const asked = questions(`on: push\npermissions: write-all\njobs: { ${jobs} }`);
    const page = pageOf(await checkTrust([inventory(3)], [], asked));
    expect(page).toContain('pull requests');
    expect(page).not.toContain('w0(["ci');
    const many = pageOf(await checkTrust([inventory(12)], [], asked));
    expect(many).not.toContain('mermaid');
    expect(many).toContain('<details>\n<summary>The tokens</summary>\n\n|');
  });

  it('say of a role that nothing can assume it, and of one that any pull request can', async () => {
    const files = [
      { path: 'a.json', text: trusting({ sub: 'repo:other/repo:*' }) },
      { path: 'b.json', text: trusting({ sub: 'repo:octo-org/octo-repo:*' }) },
    ];
    const page = pageOf(await checkTrust(files, [], questions(CI.replace('push', 'pull_request'))));
    expect(page).toContain('| a.json |  |  |  | nothing in this repository can assume this role. |');
    expect(page).toContain('| b.json |  |  |  | any pull request can assume this role, except from forks. |');
  });

  it('with one name and one account have the place for a name', async () => {
    const role = { RoleName: 'r', AssumeRolePolicyDocument: JSON.parse(trusting({ sub: 'repo:octo*' })) };
    const files = ['a.json', 'b.json'].map((path) => ({ path, text: JSON.stringify({ Role: role }) }));
    const page = pageOf(await checkTrust(files, [], questions()));
    expect(page).toContain('| a.json:1 (r) | ✘ |');
  });
});

describe('many roles', () => {
  it('are ranked first, the widest before all others', async () => {
    const report = await checkTrust([inventory(30)], [], questions());
    const lines = reportLines(report);
    expect(lines[0]).toBe(
      '20 of 30 roles let in more than they are for (octo-org/octo-repo), or less; widest first:',
    );
    expect(lines[1]).toBe(
      '   1. roles.json:1 (arn:aws:iam::111122223333:role/r1): ✘ other-owner, other-repository, pull-request, other-branch, tag, other-environment',
    );
    expect(lines[11]).toContain(
      ' 11. roles.json:1 (arn:aws:iam::444455556666:role/r0): ✘ other-repository, ',
    );
    expect(lines[21]).toBe('');
    expect(lines.filter((line) => line.includes('who can assume this role'))).toHaveLength(20);
    expect(lines.at(-2)).toBe('The answers for 10 narrower roles are not listed.');
    const page = pageOf(report);
    expect(page.indexOf('Who can assume a role')).toBeLessThan(page.indexOf('Severity'));
    expect(page).toContain('20 of 30 roles let in more than they are for, or less. The widest come first.');
  });

  it('of a thousand print what can be read', async () => {
    const report = await checkTrust([inventory(999)], [], { home: HOME, never: [] });
    const lines = reportLines(report);
    expect(lines[51]).toBe('  616 more are not listed; --json has them all.');
    expect(lines.filter((line) => line.includes('who can assume this role'))).toHaveLength(20);
    const page = pageOf(report);
    expect(page).toContain('899 more rows are not listed.');
  });

  it('say of what is not certain that it is not', async () => {
    const files = Array.from({ length: 21 }, (_, index) => ({
      path: `${index}.json`,
      text: trusting({ sub: 'repo:octo*' }, { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }),
    }));
    const report = await checkTrust(files, [], { home: HOME, never: [] });
    expect(reportLines(report)[1]).toContain('0.json:1: ? other-owner, other-repository, pull-request, ');
  });
});

describe('colour', () => {
  it('is for a terminal that wants it', () => {
    expect(wantsColour({ stdout: { isTTY: true }, env: {} })).toBe(true);
    expect(wantsColour({ stdout: { isTTY: true }, env: { NO_COLOR: '' } })).toBe(true);
    expect(wantsColour({ stdout: { isTTY: true }, env: { NO_COLOR: '1' } })).toBe(false);
    expect(wantsColour({ stdout: { isTTY: true }, env: { TERM: 'dumb' } })).toBe(false);
    expect(wantsColour({ stdout: {}, env: {} })).toBe(false);
  });

  it.each([
    ['  ✘ tag  yes  …', '  <31>✘<0> tag  yes  …'],
    ['  ✔ tag  no   …', '  <32>✔<0> tag  no   …'],
    ['  ? tag  unknown  …', '  <33>?<0> tag  unknown  …'],
    ['   1. a.json:1: ✘ tag ? intended', '   1. a.json:1: <31>✘<0> tag <33>?<0> intended'],
    ['a.json:1:2: error syntax: error', 'a.json:1:2: <31>error<0> syntax: error'],
    ['a.json:1:2: warning x: …', 'a.json:1:2: <33>warning<0> x: …'],
    ['a.json:1:2: note x: …', 'a.json:1:2: <2>note<0> x: …'],
    ['a.json: ok must-allow: …', 'a.json: <32>ok<0> must-allow: …'],
    ['  yes  ci.yml  a  …', '  <32>yes<0>  ci.yml  a  …'],
    ['  only-if  ci.yml  a  …', '  <33>only-if<0>  ci.yml  a  …'],
    ['          sub: repo:o/r', '<2>          sub: repo:o/r<0>'],
    ['1 trust policy, 0 errors', '1 trust policy, 0 errors'],
  ])('marks what counts in %j', (line, expected) => {
    const codes = inColour(line)
      .replaceAll('\u001B[', '<')
      .replaceAll(/(?<=<\d+)m/g, '>');
    expect(codes).toBe(expected);
  });
});
