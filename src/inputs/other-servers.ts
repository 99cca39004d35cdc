import { isOfAws, isRoleArn } from '../core/arn.js';
import { quote } from '../core/text.js';
import type { Inputs } from './rules.js';

/**
 * Roles that AWS cannot have: a line each, fit for an INPUT_INVALID error. Only where another server is asked may an
 * ARN be without an account of 12 digits or a partition of AWS's.
 * @param from what to call an input, also where a variable stands in for it
 */
export function rolesOutsideAws(
  inputs: Partial<Pick<Inputs, 'sts-endpoint' | 'role-to-assume' | 'role-chain'>>,
  from: (input: string) => string,
): readonly string[] {
  if (inputs['sts-endpoint'] !== undefined) return [];
  const role = inputs['role-to-assume'];
  const given: readonly (readonly [string, string])[] = [
    ...(role === undefined ? [] : [[from('role-to-assume'), role] as const]),
    ...(inputs['role-chain'] ?? []).map(
      (item, index) => [`role-chain: item ${index + 1}: role`, item.role] as const,
    ),
  ];
  return given
    .filter(([, arn]) => isRoleArn(arn) && !isOfAws(arn))
    .map(
      ([name, arn]) =>
        `${name}: got ${quote(arn, 120)}; allowed: an ARN of AWS's (arn:aws:iam::ACCOUNT:role/NAME, with an account id of 12 digits). Other servers' go with sts-endpoint.`,
    );
}
