import type { Context } from '../../../src/trust/evaluate/context.js';
import type { Principal } from '../../../src/trust/evaluate/principals.js';
import { type Explanation, explainTrust } from '../../../src/trust/explain/explain.js';
import { failureText } from '../../../src/trust/explain/failure-text.js';
import { statementName } from '../../../src/trust/language/policy.js';
import type { Role } from '../accounts/accounts.js';

/** What a trust policy was asked. */
export interface RefusedRequest {
  readonly actions: readonly string[];
  readonly principal: Principal;
  readonly context: Context;
  /** Of the token; empty for a signed call. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Why a call was refused, in the words of the step's own explanation, a sentence a line. */
export function explainRefusal(role: Role | undefined, request: RefusedRequest): readonly string[] {
  if (role === undefined) return ['The sandbox has no role with this ARN.'];
  const where = role.source === undefined ? '' : ` (${role.source})`;
  const explanation = explainOrNot(role, request);
  if (explanation === undefined) return [];
  const { failures, held } = explanation;
  const reasons = [...failures, ...held].map((one) => `line ${one.at.line}: ${failureText(one)}`);
  return [`The trust policy of ${role.name}${where} ${verdict(explanation)}`, ...reasons];
}

/** Undefined where the explanation fails: what was decided counts for more than the reason. */
function explainOrNot(role: Role, request: RefusedRequest): Explanation | undefined {
  try {
    return explainTrust(role.trust, request);
  } catch {
    return undefined;
  }
}

function verdict({ decision, statement, action }: Explanation): string {
  if (statement === undefined) return 'allows nothing: it has no Allow statement.';
  const name = `${statementName(statement)}, line ${statement.at.line}`;
  switch (decision) {
    case 'allow':
      return `allows ${action} (${name}), so the caller's own permissions do not.`;
    case 'deny':
      return `denies ${action}: ${name}.`;
    case 'unknown':
      return `depends on a value that only the deployment knows: ${name}.`;
    default:
      return `does not allow ${action}. Closest match: ${name}.`;
  }
}
