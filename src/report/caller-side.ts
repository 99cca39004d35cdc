import type { ErrorCode, RefusedCall } from '../core/errors.js';
import type { ReadRefusal } from '../trust/authorize/words.js';
import type { TrustPolicy } from '../trust/language/policy.js';
import { type CallerVerdict, evaluateCaller } from './caller-policies.js';
import { callerLines, callerSection } from './caller-text.js';
import type { RequestFacts } from './explanation-page.js';

/** What is known of a refusal beside the call. */
interface CallerSource {
  /** The input; empty where it is not set. */
  readonly callerPolicy: string;
  readonly workspace: string;
  readonly code: ErrorCode;
  readonly said: ReadRefusal | undefined;
  readonly trust: TrustPolicy | undefined;
  readonly redact: (text: string) => string;
}

/** What the caller's policies make of a refused call, for the log and for the summary. */
export interface CallerExplanation {
  /** They refuse it, whatever the role's side says. */
  readonly isRefusal: boolean;
  readonly lines: readonly string[];
  readonly section: readonly string[];
}

/**
 * Undefined where the call never got as far as the caller's policies, or nothing is known of them. Without the input, that
 * is the session policy of the chain, which is worth a word only if it refuses and AWS has not said so.
 */
export function explainCaller(
  { roleArn, claims, callerArn, callerSessionPolicy }: RefusedCall,
  { request, actions }: RequestFacts,
  { callerPolicy, workspace, code, said, trust, redact }: CallerSource,
): CallerExplanation | undefined {
  const hasInput = callerPolicy !== '';
  const isWorthIt = hasInput || (callerSessionPolicy !== undefined && said === undefined);
  if (code !== 'ACCESS_DENIED' || !isWorthIt) return undefined;
  const question = { callerPolicy, callerSessionPolicy, workspace, roleArn, trust };
  const verdict: CallerVerdict = request === undefined ? NOT_KNOWN : evaluateCaller({ ...question, request });
  const isRefusal = verdict.side?.decision === 'deny';
  if (!hasInput && !isRefusal) return undefined;
  const call = { actions, roleArn, callerArn, isToken: claims !== undefined };
  return { isRefusal, lines: callerLines(verdict, call), section: callerSection(verdict, call, redact) };
}

const NOT_KNOWN = {
  side: undefined,
  problem: 'caller-policy was not evaluated, because the caller is not known here.',
} as const;
