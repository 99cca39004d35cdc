import { list, matching } from '../input-kinds.js';

/*
 * STS's own rules for what roles are assumed with, for step inputs and chain items alike
 * (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
 */

/** For session names and source identities, which STS writes the same way. */
export const sessionName = matching(/^[\w+=,.@-]{2,64}$/, '2 to 64 of letters, digits and _+=,.@-');

export const externalId = matching(/^[\w+=,.@:/-]{2,1224}$/, '2 to 1224 of letters, digits and _+=,.@:/-');

export const tagKeys = list(matching(/^.{1,128}$/u, 'tag keys of at most 128 characters'), { max: 50 });

/** Policy names may hold commas, so a comma separates two ARNs only where the next one begins. */
const BETWEEN_ARNS = /\n|,(?=\s*(?:arn:|,|\n|$))/;

export const managedPolicyArns = list(
  matching(
    /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/\S+$/,
    'ARNs of managed policies, such as arn:aws:iam::aws:policy/ReadOnlyAccess',
  ),
  { max: 10, separator: BETWEEN_ARNS },
);
