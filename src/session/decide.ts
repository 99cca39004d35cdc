import { type Plan, planHops } from '../chain/plan.js';
import { type Choice, incompatibleInputs, type Selection, selectIdentity } from '../identity/select.js';
import { SOURCES } from '../identity/sources.js';
import type { Decision, ParsedInputs } from '../inputs/inputs.js';
import type { Environment } from '../platform/runner.js';

/** What a run is about to do. */
export interface Decided {
  readonly choice: Choice;
  /** Undefined where no role is to be assumed. */
  readonly plan: Plan | undefined;
}

/**
 * With which identity, and through which roles; or why these inputs do not go together.
 * @param isWhole no input has a stand-in, so that the roles can be planned
 * @param whyNoRole what may be behind a role that is not given
 */
export function decideRun(
  selection: Selection,
  inputs: ParsedInputs,
  { env, isWhole, whyNoRole }: { env: Environment; isWhole: boolean; whyNoRole?: string },
): Decision<Decided> {
  const choice = selectIdentity(selection, inputs);
  const plan = isWhole ? planHops(inputs, env, SOURCES[selection.source].kind) : undefined;
  const problems = [...incompatibleInputs(selection, inputs, whyNoRole), ...(plan?.problems ?? [])];
  return { problems, value: choice && { choice, plan } };
}
