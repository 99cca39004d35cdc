import { quote } from '../core/text.js';
import type { Claims } from '../trust/oidc/claims.js';
import { GITHUB_ISSUER } from '../trust/oidc/issuer.js';
import { formatSubject, type SubjectContext } from '../trust/oidc/subject.js';
import type { Expectation } from './output/report.js';

/** The names of the short form; everything else is a mapping of raw claims, which has a `sub`. */
const SHORT: readonly string[] = [
  'repository',
  'ref',
  'branch',
  'tag',
  'environment',
  'pull_request',
  'owner-id',
  'repository-id',
  'workflow',
  'actor',
  'audience',
];

/**
 * Reads a YAML list of tokens. Throws an Error naming the item for what is none.
 */
export async function readExpectations(
  text: string,
  expected: Expectation['expected'],
  issuer = GITHUB_ISSUER,
): Promise<readonly Expectation[]> {
  const list = (await parseList(text)) ?? [];
  if (!Array.isArray(list)) throw new Error('a YAML list is expected');
  return list.map((item: unknown, index) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      throw new Error(`item ${index + 1} must be a mapping`);
    }
    const entries: Readonly<Record<string, unknown>> = { ...item };
    if ('sub' in entries && (typeof entries['sub'] !== 'string' || entries['sub'] === '')) {
      throw new Error(`item ${index + 1} needs text for sub`);
    }
    const claims =
      'sub' in entries
        ? { iss: issuer, aud: 'sts.amazonaws.com', ...entries }
        : fromShort(shortItem(entries, index + 1), issuer);
    return { expected, label: String(claims['sub']), claims };
  });
}

/** Everything stays text as it is written: a tag 1.10, an id 0074. */
async function parseList(text: string): Promise<unknown> {
  const { plainYaml } = await import('../core/yaml-document.js');
  return plainYaml(text);
}

/**
 * The issuer's address as tokens have it, scheme and host in lower case. Throws an Error for what is none.
 */
export function parseIssuer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new Error(`got ${quote(text)}; an address such as ${GITHUB_ISSUER} is expected`);
  }
  return `https://${url.host}${url.pathname.replace(/\/$/, '')}`;
}

/** An item of the short form. */
interface ShortItem {
  /** Throws an Error that names the item. */
  fail(problem: string): never;
  /** The text of a name; undefined where the item does not have it. */
  text(name: string): string | undefined;
}

function shortItem(item: Readonly<Record<string, unknown>>, number: number): ShortItem {
  const fail = (problem: string): never => {
    throw new Error(`item ${number} ${problem}`);
  };
  for (const [name, value] of Object.entries(item)) {
    if (!SHORT.includes(name)) fail(`has no ${quote(name)}: ${SHORT.join(', ')}, or raw claims with sub`);
    if (typeof value !== 'string' || value === '') fail(`needs text for ${name}`);
  }
  return {
    fail,
    text: (name) => {
      const value = item[name];
      return typeof value === 'string' ? value : undefined;
    },
  };
}

function fromShort({ text, fail }: ShortItem, issuer: string): Claims {
  const [owner, name, ...rest] = (text('repository') ?? '').split('/');
  if (!owner || !name || rest.length > 0) return fail('needs repository: OWNER/NAME, or raw claims with sub');
  const [ownerId, repositoryId] = [text('owner-id'), text('repository-id')];
  for (const id of [ownerId, repositoryId])
    if (id && !/^\d+$/.test(id)) fail(`has an id of other than digits`);
  const request = pullRequestOf(text('pull_request'), fail);
  const refs = [refOf(text('ref')), refOf(text('branch')), refOf(text('tag'), 'tags'), request];
  const [ref, ...others] = refs.filter((one) => one !== undefined);
  if (others.length > 0) fail('can have only one of ref, branch, tag, pull_request');
  const environment = text('environment');
  const context = contextOf(environment, request !== undefined, ref);
  if (context === undefined) return fail('needs one of ref, branch, tag, environment, pull_request');
  const claims: Record<string, string | undefined> = {
    iss: issuer,
    sub: formatSubject({ owner, ownerId, repository: name, repositoryId, context }),
    aud: text('audience') ?? 'sts.amazonaws.com',
    repository: text('repository'),
    repository_id: repositoryId,
    repository_owner_id: ownerId,
    ref,
    environment,
    workflow: text('workflow'),
    actor: text('actor'),
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

function refOf(name: string | undefined, kind = 'heads'): string | undefined {
  return name === undefined || name.startsWith('refs/') ? name : `refs/${kind}/${name}`;
}

/** `true`, or the number of the pull request: its ref. */
function pullRequestOf(value: string | undefined, fail: ShortItem['fail']): string | undefined {
  if (value === undefined || value === 'false') return undefined;
  if (value !== 'true' && !/^\d+$/.test(value)) fail('needs true, false or a number for pull_request');
  return `refs/pull/${value === 'true' ? 1 : value}/merge`;
}

/** An environment replaces everything else; a pull request has no branch. */
function contextOf(
  environment: string | undefined,
  isPullRequest: boolean,
  ref: string | undefined,
): SubjectContext | undefined {
  if (environment !== undefined) return { kind: 'environment', environment };
  if (isPullRequest) return { kind: 'pull-request' };
  return ref === undefined ? undefined : { kind: 'ref', ref };
}
