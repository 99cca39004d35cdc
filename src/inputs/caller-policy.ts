import { POLICY_LIST_FORM, readPolicyList } from '../trust/authorize/policy-list.js';
import { InputParseError } from './parsers.js';

/** The text stays as it is: the policies are read only when AWS refuses (report/caller-policies.ts). */
export function callerPolicy(raw: string): string {
  const list = readPolicyList(raw);
  if ('problem' in list) throw new InputParseError(`${POLICY_LIST_FORM}; ${list.problem}`);
  return raw;
}
