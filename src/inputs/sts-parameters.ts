import { oneLine } from '../core/text.js';
import { type JsonNode, readJson, TrustSyntaxError } from '../trust/language/json.js';
import { InputParseError, list, matching, type Parse, wholeOrUnset } from './parsers.js';

/*
 * STS's own rules for what roles are assumed with, for step inputs and chain items alike
 * (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
 */

/** The shortest session that STS gives, and the longest of a role and of a user, in seconds. */
export const MIN_SECONDS = 900;
export const MAX_ROLE_SECONDS = 43_200;
export const MAX_USER_SECONDS = 129_600;

/** For any call; chain/plan.ts holds a role's session to its own limit. */
export const durationSeconds = wholeOrUnset(
  MIN_SECONDS,
  MAX_USER_SECONDS,
  `seconds: at most ${MAX_ROLE_SECONDS} for a role, and more only with get-session-token or federated-user-name`,
);

/** GetFederationToken's name of the federated user. */
export const federatedUserName = matching(/^[\w+=,.@-]{2,32}$/, '2 to 32 letters, digits and _+=,.@-');

/** For session names and source identities, which STS writes the same way. */
export const sessionName = matching(/^[\w+=,.@-]{2,64}$/, '2 to 64 letters, digits and _+=,.@-');

export const externalId = matching(/^[\w+=,.@:/-]{2,1224}$/, '2 to 1224 letters, digits and _+=,.@:/-');

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

/** STS's limit on the text of an inline session policy. */
const MAX_POLICY_LENGTH = 2048;

/** A JSON policy document of at most 2048 characters, sent as written; a longer one is sent without its white space. */
export const sessionPolicy: Parse<string> = (raw) => {
  if (policyIn(raw).kind !== 'object') throw new InputParseError('a policy document in JSON (an object)');
  const text = raw.length > MAX_POLICY_LENGTH ? withoutBlanks(raw) : raw;
  if (text.length > MAX_POLICY_LENGTH) {
    throw new InputParseError(
      `at most ${MAX_POLICY_LENGTH} characters (these are ${text.length} without white space)`,
    );
  }
  return text;
};

/** Not JSON.parse, which keeps the last of two conditions of one name, and goes down sixty thousand brackets. */
function policyIn(raw: string): JsonNode {
  try {
    return readJson(raw);
  } catch (error) {
    if (!(error instanceof TrustSyntaxError)) throw error;
    throw new InputParseError(`a policy document in JSON (${oneLine(error.message, 120)})`);
  }
}

/** JSON without the white space between its values. */
function withoutBlanks(json: string): string {
  let text = '';
  let inString = false;
  for (let index = 0; index < json.length; index++) {
    const char = json[index] ?? '';
    if (char === '"') inString = !inString;
    if (inString && char === '\\') text += char + (json[++index] ?? '');
    else if (inString || !/[ \t\r\n]/.test(char)) text += char;
  }
  return text;
}
