import { listed, quote } from '../../text.js';
import { OPERATORS } from '../evaluate/comparisons.js';
import { hasWildcard } from '../evaluate/pattern.js';
import type { Condition, Statement } from '../language/policy.js';
import { evaluatedClaims } from '../oidc/claims.js';
import { providerPath } from '../oidc/issuer.js';
import { isClosedGuard, isCompanion } from './guards.js';
import {
  claimOf,
  guardsOf,
  isGuard,
  issuersOf,
  perStatement,
  prefixOf,
  type Rule,
  trustsGithub,
} from './rule.js';

const COGNITO = 'cognito-identity.amazonaws.com';

/** Without these keys a request has no tags: there, ForAllValues is what AWS advises, and lets nobody in. */
const TAG_KEYS = /^(sts:TransitiveTagKeys|aws:TagKeys)$/i;

/** Keys that have several values (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html). */
const SEVERAL_VALUES =
  /^(aws:(CalledVia|PrincipalServiceNamesList|(Principal|Resource|Source)OrgPaths)|.+:amr)$/i;

/** Rules about conditions that do less than they seem to, or never hold. */
export const CONDITION_RULES: readonly Rule[] = [
  perStatement('no-audience', 'error', (statement) => {
    if (statement.effect !== 'Allow' || isCompanion(statement)) return [];
    if (guardsOf(statement, 'aud').some(isClosedGuard)) return [];
    if (trustsCognito(statement)) {
      return [
        {
          at: statement.at,
          message: `No condition on the audience (aud): an identity pool of any account is taken. Add StringEquals ${COGNITO}:aud with the pool's id.`,
        },
      ];
    }
    if (issuersOf(statement).length === 0) return [];
    return [
      {
        at: statement.at,
        message:
          'No condition on the audience (aud): a token made for another service of the provider is taken here, too. Add StringEquals …:aud sts.amazonaws.com.',
      },
    ];
  }),
  perStatement('set-operator-in-allow', 'error', (statement) => {
    if (statement.effect !== 'Allow') return [];
    return statement.conditions
      .filter((one) => one.operator.set === 'ForAllValues' && !isRequired(statement, one))
      .filter(({ key }) => !TAG_KEYS.test(key.text))
      .map(({ key, operator }) => ({
        at: key.at,
        message: `${operator.written} is true where the request has no ${quote(key.text)} at all, and so lets it in. ${
          SEVERAL_VALUES.test(key.text)
            ? `Use ForAnyValue:${operator.name}, or add Null false for the key.`
            : `The key has one value: use ${operator.name}.`
        }`,
      }));
  }),
  perStatement('if-exists-in-allow', 'error', (statement) => {
    if (statement.effect !== 'Allow') return [];
    return statement.conditions
      .filter((one) => one.operator.ifExists && !isRequired(statement, one))
      .map(({ key, operator }) => ({
        at: key.at,
        message: `${operator.written} is true where the request has no ${quote(key.text)}, and so lets it in. Use ${operator.name}.`,
      }));
  }),
  perStatement('negated-guard', 'error', (statement) => {
    if (!trustsGithub(statement)) return [];
    return statement.conditions
      .filter(
        (one) =>
          claimOf(one) === 'sub' && /Not/.test(one.operator.name) && guardsOf(statement, 'sub').length === 0,
      )
      .map(({ key, operator }) => ({
        at: key.at,
        message: `${operator.written} lets in every subject but these. Say whom the role is for.`,
      }));
  }),
  perStatement('star-in-equals', 'error', (statement) =>
    statement.conditions
      .filter(({ operator }) => /^String(Not)?Equals/.test(operator.name))
      .flatMap(({ operator, values }) =>
        values
          .filter(({ text }) => hasWildcard(text))
          .map(({ text, at }) => ({
            at,
            message: `In ${operator.written} the wildcard of ${quote(text)} is just a character. Use ${operator.name.includes('Not') ? 'StringNotLike' : 'StringLike'}, or write the value out.`,
          })),
      ),
  ),
  perStatement('claim-not-evaluated', 'error', (statement) =>
    ownConditions(statement).flatMap((condition) => {
      const evaluated = evaluatedClaims(prefixOf(condition));
      if (evaluated.includes(claimOf(condition))) return [];
      return [
        {
          at: condition.key.at,
          message: `AWS does not evaluate ${quote(condition.key.text)}: the key is never there. It evaluates ${listed(evaluated)}.`,
        },
      ];
    }),
  ),
  perStatement('issuer-differs', 'error', (statement) => {
    const issuers = issuersOf(statement).map((one) => one.toLowerCase());
    if (issuers.length === 0) return [];
    return statement.conditions
      .filter((one) => isIssuerKey(one) && !issuers.includes(prefixOf(one).toLowerCase()))
      .map(({ key }) => ({
        at: key.at,
        message: `The key ${quote(key.text)} is of another issuer than the principal, ${listed(issuersOf(statement).map((one) => quote(one)))}: no token has it.`,
      }));
  }),
  perStatement('unfit-value', 'error', (statement) =>
    statement.conditions.flatMap(({ operator, values }) =>
      values
        .filter(({ text }) => isUnfit(operator.name, text))
        .map(({ text, at }) => ({
          at,
          message: `${quote(text)} is nothing that ${operator.written} can compare with, so the condition never holds.`,
        })),
    ),
  ),
];

function trustsCognito({ principals, notPrincipal }: Statement): boolean {
  return !notPrincipal && principals.some(({ type, text }) => type === 'Federated' && text === COGNITO);
}

/** Whether another condition of the statement makes sure that the key is there. */
function isRequired(statement: Statement, { key }: Condition): boolean {
  return statement.conditions.some((other) => {
    if (other.key.text.toLowerCase() !== key.text.toLowerCase()) return false;
    const isNotNull = other.operator.name === 'Null' && other.values.every(({ text }) => text === 'false');
    return isNotNull || isGuard(other);
  });
}

/** The conditions on a claim of an issuer that the statement trusts. */
function ownConditions(statement: Statement): readonly Condition[] {
  const issuers = issuersOf(statement).map((one) => providerPath(one).toLowerCase());
  return statement.conditions.filter((one) => issuers.includes(prefixOf(one).toLowerCase()));
}

/** A key of the form ISSUER:CLAIM, not one of AWS's own. */
function isIssuerKey(condition: Condition): boolean {
  return prefixOf(condition).includes('.');
}

/** A value that compares with nothing, not even with itself. */
function isUnfit(name: Condition['operator']['name'], text: string): boolean {
  if (name === 'Null') return !/^(true|false)$/i.test(text);
  if (text.includes('${')) return !OPERATORS[name].hasVariables;
  const sample = name.includes('IpAddress') ? text.replace(/\/.*$/, '') : text;
  const probe = /^Arn/.test(name) ? text.replace(/[*?]/g, 'x') : sample;
  return OPERATORS[name].compare(probe, [{ text, isLiteral: false }]) === 'unfit';
}
