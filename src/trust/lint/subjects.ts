import { listed, quote } from '../../text.js';
import { matchesPattern } from '../evaluate/pattern.js';
import type { Condition, Statement, Text } from '../language/policy.js';
import { evaluatedClaims } from '../oidc/claims.js';
import {
  isAnyOwner,
  isClosedGuard,
  isCompanion,
  namesSomeOwner,
  namingGuards,
  openValues,
} from './guards.js';
import {
  claimOf,
  guardsOf,
  hasPatterns,
  issuersOf,
  perStatement,
  prefixOf,
  type Remark,
  type Rule,
  trustsGithub,
} from './rule.js';

/** Rules about who at GitHub is let in. */
export const SUBJECT_RULES: readonly Rule[] = [
  perStatement('no-subject', 'error', (statement) => {
    if (isCompanion(statement)) return [];
    if (!trustsGithub(statement)) return otherIssuer(statement);
    if (namesSomeOwner(statement)) return [];
    const open = openValues(statement);
    if (open.length > 0) {
      return open.map(({ text, at }) => ({
        at,
        message: `${quote(text)} names no repository: any repository on GitHub can have a token with it. Add a condition on repository_id, or name the repository.`,
      }));
    }
    return [
      {
        at: statement.at,
        message:
          'No condition says which repository may use this role: every repository on GitHub may. Add a condition on the subject (sub).',
      },
    ];
  }),
  subjects('any-owner', 'error', (text, condition) =>
    isPattern(text, condition) && isAnyOwner(text)
      ? `${quote(text)} matches repositories of any owner. Name the owner and the repository.`
      : undefined,
  ),
  subjects(
    'open-repository-name',
    'error',
    (text, condition) => {
      const prefixed = claimOf(condition) === 'repository' ? `repo:${text}` : text;
      const name = /^repo:([^/]*)(?:\/([^:]*))?/.exec(prefixed);
      if (!isPattern(text, condition) || name === null) return undefined;
      const [, owner = '', repository = ''] = name;
      const ownerIsOpen = /[*?]/.test(owner.replace(/@\*$/, '')) && !/^\*$/.test(owner);
      const nameIsOpen = /[*?]/.test(repository.replace(/@\*$/, '')) && repository !== '*';
      if (!ownerIsOpen && !nameIsOpen) return undefined;
      const evil = text.replace(/([^*?]*)[*?].*$/s, '$1');
      return `The wildcard in ${quote(text)} stands inside a name, and does not stop at the colon: ${quote(`${evil}-evil…`)} matches, too. Write the name out.`;
    },
    undefined,
    ['sub', 'repository'],
  ),
  perStatement('whole-organisation', 'warning', (statement) => {
    if (!trustsGithub(statement)) return [];
    const everyRepository = onClaims(statement, ['sub', 'repository'], (text, condition) =>
      isPattern(text, condition) && /^(repo:)?[^:/*?]+(@\*)?\/\*/.test(text)
        ? `${quote(text)} lets every repository of the owner in, also those made tomorrow. Name the repositories.`
        : undefined,
    );
    if (namingGuards(statement).length > 0) return everyRepository;
    const owners = namingGuards(statement, 'repository_owner_id').map(({ key }) => ({
      at: key.at,
      message: `${quote(key.text)} alone lets every repository of the owner in, also those made tomorrow. Name the repositories.`,
    }));
    return [...everyRepository, ...owners];
  }),
  perStatement('recyclable-name', 'warning', (statement) => {
    if (!trustsGithub(statement)) return [];
    if (namingGuards(statement, 'repository_id', 'repository_owner_id').length > 0) return [];
    const subjects = onClaims(statement, ['sub'], (text, condition) => {
      const ids = /^repo:[^@*?/]+(@\*)?\/[^@*?:/]+(@\*)?(?::|$)/.exec(text)?.slice(1);
      if (ids === undefined || (!hasPatterns(condition) && ids.some((id) => id !== undefined)))
        return undefined;
      const orId = knows(condition, 'repository_id') ? ', or add a condition on repository_id' : '';
      return `${quote(text)} has names alone: who takes the name after a rename or deletion gets in. Use the immutable form, repo:OWNER@ID/REPO@ID:…${orId}.`;
    });
    if (guardsOf(statement, 'sub').some(({ values }) => values.some(({ text }) => /^repo:/.test(text))))
      return subjects;
    const repositories = onClaims(statement, ['repository'], (text, condition) =>
      hasPatterns(condition) && /[*?]/.test(text)
        ? undefined
        : `${quote(text)} is a name: who takes it after a rename or deletion gets in. Add a condition on repository_id.`,
    );
    return [...subjects, ...repositories];
  }),
  subjects('pull-request', 'warning', (text, condition) =>
    text.endsWith(':pull_request') || (isPattern(text, condition) && reachesPullRequest(text))
      ? `${quote(text)} lets pull requests in: code that nobody has reviewed runs with this role. Keep it for roles that only read.`
      : undefined,
  ),
  subjects('any-branch', 'warning', (text, condition) =>
    isPattern(text, condition) && /:ref:(refs\/(heads\/[^*?]*)?)?[*?]|^repo:[^:]*:[*?]|:\*$/.test(text)
      ? `${quote(text)} lets branches in by a pattern, and whoever may push can make one that fits. Name the branch, or use an environment with rules.`
      : undefined,
  ),
  subjects(
    'environment-without-ref',
    'note',
    (text, condition) => {
      const environment = /:environment:(.+)$/s.exec(text)?.[1];
      if (environment === undefined || environment === '*') return undefined;
      const orRef = knows(condition, 'ref') ? ', or add a condition on the key ref' : '';
      return isPattern(environment, condition)
        ? `${quote(text)} lets environments in by a pattern, and a workflow makes the environment that it names. Write the name out${orRef}.`
        : `${quote(text)} says nothing of the branch: the environment's own rules must. Limit its deployment branches${orRef}.`;
    },
    (statement) => guardsOf(statement, 'ref', 'job_workflow_ref').filter(isClosedGuard).length === 0,
  ),
];

/** Of providers other than GitHub's no more is known than that the subject says who is who. */
function otherIssuer(statement: Statement): readonly Omit<Remark, 'statement'>[] {
  const issuers = statement.effect === 'Allow' ? issuersOf(statement) : [];
  const isGuarded = statement.conditions.some(
    (one) => isClosedGuard(one) && prefixOf(one).includes('.') && !['aud', 'amr'].includes(claimOf(one)),
  );
  if (issuers.length === 0 || isGuarded) return [];
  const at = guardsOf(statement, 'sub')[0]?.key.at ?? statement.at;
  const message = `No condition says whose tokens of ${listed(issuers.map((one) => quote(one)))} may use this role: all may. Add a condition on the subject (sub).`;
  return [{ at, message }];
}

/** Whether STS evaluates a claim of the issuer that a condition is about. */
function knows(condition: Condition, claim: string): boolean {
  return evaluatedClaims(prefixOf(condition)).includes(claim);
}

/** A rule about the values that the subject may have. */
function subjects(
  id: string,
  severity: Rule['severity'],
  check: (text: string, condition: Condition) => string | undefined,
  concerns: (statement: Statement) => boolean = () => true,
  claims: readonly string[] = ['sub'],
): Rule {
  return perStatement(id, severity, (statement) =>
    trustsGithub(statement) && concerns(statement) ? onClaims(statement, claims, check) : [],
  );
}

/** What there is to say about the values of conditions on some claims; a negated one is negated-guard's. */
function onClaims(
  { conditions }: Statement,
  claims: readonly string[],
  check: (text: string, condition: Condition) => string | undefined,
): readonly Omit<Remark, 'statement'>[] {
  return conditions
    .filter((one) => claims.includes(claimOf(one)) && /^(String|Arn)/.test(one.operator.name))
    .filter((one) => !/Not/.test(one.operator.name))
    .flatMap((condition) =>
      condition.values.flatMap((value) => remarkOn(value, check(value.text, condition))),
    );
}

function remarkOn({ at }: Text, message: string | undefined): readonly Omit<Remark, 'statement'>[] {
  return message === undefined ? [] : [{ at, message }];
}

/** Where the operator takes no patterns, a star has a rule of its own: star-in-equals. */
function isPattern(text: string, condition: Condition): boolean {
  return hasPatterns(condition) && /[*?]/.test(text);
}

function reachesPullRequest(pattern: string): boolean {
  const context = /^repo:[^:]*:(.*)$/s.exec(pattern)?.[1];
  return context === undefined ? pattern.endsWith('*') : matchesPattern(context, 'pull_request');
}
