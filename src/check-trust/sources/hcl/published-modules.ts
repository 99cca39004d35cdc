import type { JsonNode } from '../../../trust/language/json.js';
import type { Position, TextPart } from '../../../trust/language/text.js';
import { providerNode, withoutScheme } from '../identity-provider.js';
import { itemsOf, partsOf, textNode, textOf } from '../nodes.js';
import { policyDocument } from '../policy-document.js';

/** The arguments of a module block. */
type Arguments = (name: string) => JsonNode | undefined;

/** Whom a module's role trusts: an OIDC provider, and conditions on the claims of its tokens. */
interface Trust {
  readonly provider: readonly TextPart[];
  readonly conditions: readonly (readonly [test: string, claim: string, values: JsonNode])[];
  /** Further conditions, as objects with test, variable and values. */
  readonly more?: JsonNode | undefined;
}

const GITHUB = 'token.actions.githubusercontent.com';
const AUDIENCE = 'sts.amazonaws.com';

/**
 * Published modules that make a role for tokens, by their source, and what their inputs come to:
 * registry.terraform.io/modules/terraform-aws-modules/iam, unfunco/oidc-github, terraform-module/github-oidc-provider,
 * philips-labs/github-oidc, moritzheiber/oidc-github-actions-module.
 */
const PUBLISHED: readonly (readonly [
  source: RegExp,
  trust: (given: Arguments, at: Position) => Trust | undefined,
])[] = [
  [/terraform-aws-modules\/.*iam.*\/\/modules\/iam-github-oidc-role\b/, githubRole],
  [/terraform-aws-modules\/.*iam.*\/\/modules\/iam-role(\?|$)/, namedRole],
  [/terraform-aws-modules\/.*iam.*\/\/modules\/iam-assumable-role-with-oidc\b/, roleWithOidc],
  [/unfunco\/(terraform-aws-)?oidc-github\b/, unfunco],
  [/terraform-module\/(terraform-aws-)?github-oidc-provider\b/, terraformModule],
  [/philips-labs\/(terraform-aws-)?github-oidc\/?(aws)?(\?|\.git|$)/, philips],
  [/moritzheiber\/(terraform-aws-)?oidc-github-actions-module\b/, moritzheiber],
];

/** Whether a module is known, and the policy of the role that it makes, if it makes one. */
export function publishedPolicy(
  source: string,
  given: Arguments,
  at: Position,
): { readonly policy: JsonNode | undefined } | undefined {
  const [, trustOf] = PUBLISHED.find(([pattern]) => pattern.test(source)) ?? [];
  if (trustOf === undefined) return undefined;
  const trust = trustOf(given, at);
  return { policy: trust && trustPolicy(trust, at) };
}

function trustPolicy({ provider, conditions, more }: Trust, at: Position): JsonNode {
  const text = (written: string): JsonNode => ({ kind: 'string', text: written, at });
  const object = (members: Readonly<Record<string, JsonNode>>, place = at): JsonNode => ({
    kind: 'object',
    members: Object.entries(members).map(([name, value]) => ({ name, at: place, value })),
    at: place,
  });
  const blocks = conditions.map(([test, claim, values]) => {
    const variable = textNode([...provider, { known: `:${claim}` }], values.at);
    return object({ test: text(test), variable, values }, values.at);
  });
  const isUnknown = more?.kind === 'unknown';
  const condition: JsonNode = isUnknown ? more : { kind: 'array', items: [...blocks, ...itemsOf(more)], at };
  const principals = object({ type: text('Federated'), identifiers: providerNode(provider, at) });
  const statement = object({
    actions: text('sts:AssumeRoleWithWebIdentity'),
    principals: { kind: 'array', items: [principals], at },
    condition,
  });
  return policyDocument({ at, version: undefined, statements: [statement], sources: [], overrides: [] });
}

const known = (text: string): readonly TextPart[] => [{ known: text }];
const has = (list: JsonNode | undefined): list is JsonNode =>
  list !== undefined && (list.kind === 'unknown' || itemsOf(list).length > 0);
const isTrue = (node: JsonNode | undefined): boolean => textOf(node) === 'true' || node?.kind === 'unknown';

function literal(written: string, at: Position): JsonNode {
  return { kind: 'string', text: written, at };
}

/** Each text of a list between others, which may depend on it. */
function each(
  list: JsonNode | undefined,
  at: Position,
  change: (parts: readonly TextPart[]) => readonly TextPart[],
): JsonNode {
  if (list === undefined) return { kind: 'array', items: [], at };
  if (list.kind === 'unknown') return list;
  const items = itemsOf(list).map((item) => textNode(change(partsOf(item) ?? []), item.at));
  return { kind: 'array', items, at: list.at };
}

function withPrefix(parts: readonly TextPart[]): readonly TextPart[] {
  const [first, ...others] = parts;
  const rest =
    first !== undefined && 'known' in first
      ? [{ known: first.known.replace(/^repo:/, '') }, ...others]
      : parts;
  return [{ known: 'repo:' }, ...rest];
}

/** A repository, with an end where it does not say more itself. */
function repository(end: readonly TextPart[]) {
  return (parts: readonly TextPart[]): readonly TextPart[] => {
    const saysMore = parts.some((part) => 'known' in part && part.known.includes(':'));
    return [{ known: 'repo:' }, ...parts, ...(saysMore ? [] : [{ known: ':' }, ...end])];
  };
}

function githubRole(given: Arguments, at: Position): Trust {
  const url = given('provider_url');
  const provider = withoutScheme((url && partsOf(url)) ?? known(GITHUB));
  return {
    provider,
    conditions: [
      ['ForAllValues:StringEquals', 'aud', given('audience') ?? literal(AUDIENCE, at)],
      [textOf(given('subject_condition')) ?? 'StringLike', 'sub', each(given('subjects'), at, withPrefix)],
    ],
    more: given('additional_trust_policy_conditions'),
  };
}

function namedRole(given: Arguments, at: Position): Trust | undefined {
  const isGithub = isTrue(given('enable_github_oidc'));
  if (!isGithub && !isTrue(given('enable_oidc'))) return undefined;
  const [url] = itemsOf(given('oidc_provider_urls'));
  const host = given('github_provider');
  const provider = isGithub
    ? ((host && partsOf(host)) ?? known(GITHUB))
    : withoutScheme((url && partsOf(url)) ?? [{ unknown: 'oidc_provider_urls' }]);
  const subjects = (name: string): JsonNode =>
    each(given(name), at, isGithub ? withPrefix : (parts) => parts);
  const audiences = given('oidc_audiences');
  return {
    provider,
    conditions: [
      ...(isGithub
        ? [['ForAllValues:StringEquals', 'aud', has(audiences) ? audiences : literal(AUDIENCE, at)] as const]
        : []),
      ...(!isGithub && has(audiences) ? [['StringEquals', 'aud', audiences] as const] : []),
      ...(has(given('oidc_subjects')) ? [['StringEquals', 'sub', subjects('oidc_subjects')] as const] : []),
      ...(has(given('oidc_wildcard_subjects'))
        ? [['StringLike', 'sub', subjects('oidc_wildcard_subjects')] as const]
        : []),
    ],
    more: given('trust_policy_conditions'),
  };
}

function roleWithOidc(given: Arguments): Trust {
  const url = given('provider_url') ?? itemsOf(given('provider_urls'))[0];
  const conditions = [
    ['StringEquals', 'sub', given('oidc_fully_qualified_subjects')],
    ['StringLike', 'sub', given('oidc_subjects_with_wildcards')],
    ['StringLike', 'aud', given('oidc_fully_qualified_audiences')],
  ] as const;
  return {
    provider: withoutScheme((url && partsOf(url)) ?? [{ unknown: 'provider_url' }]),
    conditions: conditions.flatMap(([test, claim, values]) =>
      has(values) ? [[test, claim, values] as const] : [],
    ),
    more: given('provider_trust_policy_conditions'),
  };
}

function unfunco(given: Arguments, at: Position): Trust | undefined {
  const subjects = given('github_subjects');
  const repositories = given('github_repositories');
  if (!has(subjects) && !has(repositories)) return undefined;
  const end = given('default_subject');
  const suffix = (end && partsOf(end)) ?? known(has(subjects) ? 'ref:refs/heads/main' : '*');
  const slug = textOf(given('enterprise_slug'));
  const audiences = itemsOf(given('additional_audiences'));
  return {
    provider: known(slug ? `${GITHUB}/${slug}` : GITHUB),
    conditions: [
      ['StringLike', 'sub', each(has(subjects) ? subjects : repositories, at, repository(suffix))],
      ['StringEquals', 'aud', { kind: 'array', items: [literal(AUDIENCE, at), ...audiences], at }],
    ],
  };
}

function terraformModule(given: Arguments, at: Position): Trust | undefined {
  if (textOf(given('create_oidc_role')) === 'false') return undefined;
  const values = each(given('repositories'), at, repository(known('*')));
  return { provider: known(GITHUB), conditions: [['StringLike', 'sub', values]] };
}

function moritzheiber(given: Arguments, at: Position): Trust | undefined {
  const repositories = given('github_repositories');
  if (!has(repositories)) return undefined;
  const url = given('github_actions_oidc_url');
  const values = each(repositories, at, (parts) => [{ known: 'repo:' }, ...parts, { known: ':*' }]);
  return {
    provider: withoutScheme((url && partsOf(url)) ?? known(GITHUB)),
    conditions: [['StringLike', 'sub', values]],
  };
}

function philips(given: Arguments, at: Position): Trust | undefined {
  const repo = given('repo');
  if (repo === undefined || repo.kind === 'null') return undefined;
  const chosen = given('default_conditions');
  const names = chosen === undefined ? ['allow_main', 'deny_pull_request'] : itemsOf(chosen).map(textOf);
  const subject = (end: readonly TextPart[]): JsonNode =>
    textNode([{ known: 'repo:' }, ...(partsOf(repo) ?? []), { known: ':' }, ...end], repo.at);
  const branch = given('repo_mainline_branch');
  const environments = given('github_environments');
  const inEnvironments = each(
    environments ?? { kind: 'array', items: [literal('*', at)], at },
    at,
    (parts) => [...(partsOf(subject(known('environment:'))) ?? []), ...parts],
  );
  const byName: Readonly<Record<string, readonly [string, JsonNode]>> = {
    allow_main: [
      'StringLike',
      subject([{ known: 'ref:refs/heads/' }, ...((branch && partsOf(branch)) ?? known('main'))]),
    ],
    allow_environment: ['StringLike', inEnvironments],
    allow_all: ['StringLike', subject(known('*'))],
    deny_pull_request: ['StringNotLike', subject(known('pull_request'))],
  };
  return {
    provider: known(GITHUB),
    conditions: [
      ['StringEquals', 'aud', literal(AUDIENCE, at)],
      ...names.flatMap((name) => {
        const [test, values] = byName[name ?? ''] ?? [];
        return test === undefined || values === undefined ? [] : [[test, 'sub', values] as const];
      }),
    ],
    more: chosen?.kind === 'unknown' ? chosen : given('conditions'),
  };
}
