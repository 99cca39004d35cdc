import { marked, type Token, type Tokens } from 'marked';
import { checkTrust } from '../../src/check-trust/check.js';
import { readExpectations } from '../../src/check-trust/expectations.js';
import { summaryMarkdown } from '../../src/check-trust/output/summary.js';
import { sharedCloud } from '../support/cloud.js';
import { HOSTILE } from '../support/hostile.js';
import { DEPLOY } from '../support/roles.js';
import { runAction } from '../support/run-action.js';

/*
 * The job's summary as a reader sees it: read by a Markdown renderer with GitHub's tables, whatever the claims are.
 */

const sandbox = sharedCloud();

/** What a page of ours is made of; nothing else can come from a claim. */
const TAGS = /^\/?(h3|h4|p|table|thead|tbody|tr|th|td|ol|ul|li|pre|code|br|strong|details|summary)$/;

function rendered(markdown: string) {
  const tokens = marked.lexer(markdown, { gfm: true });
  const html = marked.parser(tokens, { gfm: true });
  const of = <T extends Token['type']>(type: T) =>
    tokens.filter((token): token is Extract<Token, { type: T }> => token.type === type);
  return {
    headings: of('heading').map(({ text }) => text),
    code: of('code').map(({ lang, text }) => ({ lang, text })),
    tables: of('table').map(rowsOf),
    tags: [...html.matchAll(/<([^\s>]*)/g)].map(([, name = '']) => name),
    attributes: [...html.matchAll(/<[^>]*\s([a-z-]+)=/g)].map(([, name]) => name),
  };
}

/** A table's rows as they are read, the head first. */
function rowsOf(table: Token): readonly (readonly string[])[] {
  const { header, rows } = table as Tokens.Table;
  return [header, ...rows].map((row) => row.map(({ tokens }) => shown(tokens)));
}

function shown(tokens: readonly Token[]): string {
  const text = marked.parser([{ type: 'text', raw: '', text: '', tokens: [...tokens] }]);
  const html = text.replace(/<\/?code>/g, '');
  const named = new Map([
    ['lt', '<'],
    ['gt', '>'],
    ['amp', '&'],
    ['quot', '"'],
  ]);
  return html.replace(
    /&(?:#(x?)([0-9A-F]+)|(lt|gt|amp|quot));/gi,
    (_, hex, code, name: string | undefined) =>
      name === undefined
        ? String.fromCodePoint(Number.parseInt(String(code), hex === '' ? 10 : 16))
        : (named.get(name) ?? ''),
  );
}

/** A claim as the page shows it: without what cannot be seen. */
function onPage(claim: string): string {
  return claim.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}

const SUBJECT = 'repo:octo-org/octo-repo:ref:refs/heads/main';
const policy = (issuer: string, subject: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${issuer}:sub`]: subject } },
    },
  });

describe.each(HOSTILE)('the summary of a refusal with the claim %j', (text) => {
  it('has its headings, tables and fences, and nothing from the claim but text', async () => {
    const issuer = new URL(sandbox.cloud.issuer).host;
    const outcome = await runAction(
      { 'role-to-assume': DEPLOY, 'trust-policy': policy(issuer, SUBJECT) },
      { cloud: sandbox.cloud, run: { claims: { sub: `repo:${text}`, ref: text, environment: text } } },
    );
    const page = rendered(outcome.summary);
    expect(page.headings).toEqual([
      'Assume AWS Role failed',
      'Why',
      'The caller',
      'What AWS saw of the token',
      'What must be true',
      'A trust policy for exactly this workflow',
    ]);
    const [why, keys, ...others] = page.tables;
    expect(others).toEqual([]);
    expect(why).toEqual([
      ['Line 1', `StringEquals ${issuer}:sub`],
      ['Wanted', SUBJECT],
      ['Got', onPage(`repo:${text}`)],
    ]);
    expect(keys?.[0]).toEqual(['Condition key', 'Value']);
    expect(new Map(keys?.map(([key = '', value = '']) => [key, value])).get('ref')).toBe(onPage(text));
    expect(page.code.map(({ lang }) => lang)).toEqual(['json', 'hcl']);
    expect(JSON.parse(page.code[0]?.text ?? '')).toMatchObject({ Version: '2012-10-17' });
    expect(page.tags.filter((tag) => !TAGS.test(tag))).toEqual([]);
    expect(page.attributes.filter((name) => name !== 'class')).toEqual([]);
  });
});

describe.each(HOSTILE)('the summary of check-trust with %j in policy and token', (text) => {
  it('is two tables, and nothing from either but text', async () => {
    const files = [{ path: text, text: policy('token.actions.githubusercontent.com', `repo:${text}*`) }];
    const report = await checkTrust(files, await readExpectations(JSON.stringify([{ sub: text }]), 'allow'));
    const page = rendered(summaryMarkdown(report));
    expect(page.headings).toEqual(['Trust policies']);
    const [verdicts, findings, ...others] = page.tables;
    expect(others).toEqual([]);
    expect(verdicts?.[0]).toEqual(['', 'Expected', 'Policy', 'Result']);
    expect(verdicts?.[1]?.slice(0, 3)).toEqual(['❌', 'must allow', onPage(text).trim()]);
    expect(findings?.[0]).toEqual(['Severity', 'Rule', 'Place', 'What']);
    expect(page.tags.filter((tag) => !TAGS.test(tag))).toEqual([]);
    expect(page.attributes).toEqual([]);
  });

  it('has two tables more where somebody asks who can assume the role', async () => {
    const host = 'token.actions.githubusercontent.com';
    const open = { path: `${text}2`, text: policy(host, 'repo:o/r:ref:refs/heads/main') };
    const files = [{ path: text, text: policy(host, `repo:o/r:*${text}*`) }, open];
    const questions = { home: { repository: 'o/r' }, never: ['tag'] } as const;
    const page = rendered(summaryMarkdown(await checkTrust(files, [], questions)));
    expect(page.headings).toEqual(['Trust policies', expect.stringMatching(/^Who can assume a role/)]);
    const [head, row, , ...others] = page.tables.at(-2) ?? [];
    expect(head?.slice(0, 3)).toEqual(['Role', 'other-owner', 'other-repository']);
    expect([row?.length, row?.[0], others]).toEqual([head?.length, onPage(text).trim(), []]);
    expect(page.tables.at(-1)?.[0]).toEqual(['Role', '', 'Question', 'Answer', 'Subject of the token']);
    expect(page.code.map(({ lang }) => lang)).toEqual(['mermaid']);
    expect(page.code[0]?.text).toMatch(/^graph LR\n(?: {2}\w[\p{L}\p{N}:,"#; ()[\].…>-]*\n?)+$/u);
    expect(page.tags.filter((tag) => !TAGS.test(tag))).toEqual([]);
    expect(page.attributes.filter((name) => name !== 'class')).toEqual([]);
  });
});
