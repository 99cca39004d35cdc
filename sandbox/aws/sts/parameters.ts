import type { MfaParameters } from '../mfa/devices.js';
import { Constraints } from './constraints.js';
import { validationError } from './errors.js';
import { members, type Parameters, readInteger, readMfa } from './parameter-values.js';

export type { Parameters } from './parameter-values.js';

/** A tag as it was sent. */
export interface TagParameter {
  readonly key: string;
  readonly value: string;
}

/** What limits a session, and how long it lasts. */
export interface SessionLimits {
  readonly durationSeconds: number | undefined;
  readonly policy: string | undefined;
  readonly policyArns: readonly string[];
}

/** What all ways of assuming a role have in common. */
export interface RoleLimits extends SessionLimits {
  readonly roleArn: string;
}

/** What AssumeRole and AssumeRoleWithWebIdentity have in common. */
export interface RoleParameters extends RoleLimits {
  readonly sessionName: string;
}

/** The parameters of AssumeRole. */
export interface AssumeRoleParameters extends RoleParameters, MfaParameters {
  readonly externalId: string | undefined;
  readonly sourceIdentity: string | undefined;
  readonly tags: readonly TagParameter[];
  readonly transitiveTagKeys: readonly string[];
}

/** The parameters of AssumeRoleWithWebIdentity. It knows no tags and no external id: STS ignores them. */
export interface WebIdentityParameters extends RoleParameters {
  readonly token: string;
}

/** The parameters of AssumeRoleWithSAML. Session name, tags and source identity are in the assertion. */
export interface SamlParameters extends RoleLimits {
  readonly principalArn: string;
  /** Base64. */
  readonly assertion: string;
}

/** The parameters of GetSessionToken. */
export interface SessionTokenParameters extends MfaParameters {
  readonly durationSeconds: number | undefined;
}

/** The parameters of GetFederationToken. */
export interface FederationTokenParameters extends SessionLimits {
  readonly name: string;
  readonly tags: readonly TagParameter[];
}

/** The longest session of a role that IAM allows, and that of a user. */
const MAX_SECONDS = { role: 43_200, user: 129_600 };
const NAME = { pattern: /^[\w+=,.@-]*$/, patternText: '[\\w+=,.@-]*' };
const TAG_TEXT = {
  pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u,
  patternText: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*',
};
// Any text but control characters other than tab and line ends.
const ANY_TEXT = /^(?:[\t\n\r\u0085]|[^\p{Cc}\p{Cs}])*$/u;
const ARN_TEXT = {
  pattern: ANY_TEXT,
  patternText:
    '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+',
};

/**
 * Reads AssumeRole's parameters within the limits of
 * docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html. Throws a ValidationError naming all broken ones.
 */
export function readAssumeRole(parameters: Parameters): AssumeRoleParameters {
  const constraints = new Constraints();
  const common = readCommon(parameters, constraints);
  const { ExternalId: externalId, SourceIdentity: sourceIdentity } = parameters;
  constraints.text('externalId', externalId, {
    min: 2,
    max: 1224,
    pattern: /^[\w+=,.@:/-]*$/,
    patternText: '[\\w+=,.@:\\/-]*',
  });
  constraints.text('sourceIdentity', sourceIdentity, { min: 2, max: 64, ...NAME });
  const tags = readTags(parameters, constraints);
  const transitiveTagKeys = members(parameters, 'TransitiveTagKeys').map((member) => member[''] ?? '');
  for (const [index, key] of transitiveTagKeys.entries()) {
    constraints.text(`transitiveTagKeys.${index + 1}.member`, key, { min: 1, max: 128, ...TAG_TEXT });
  }
  constraints.count('transitiveTagKeys', transitiveTagKeys, 50);
  const mfa = readMfa(parameters, constraints);
  constraints.enforce();
  checkArn(common.roleArn);
  return { ...common, ...mfa, externalId, sourceIdentity, tags, transitiveTagKeys };
}

/**
 * Reads AssumeRoleWithWebIdentity's parameters within the limits of
 * docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html. Throws as readAssumeRole does.
 */
export function readWebIdentity(parameters: Parameters): WebIdentityParameters {
  const constraints = new Constraints();
  const common = readCommon(parameters, constraints);
  const token = parameters.WebIdentityToken;
  constraints.required('webIdentityToken', token);
  constraints.text('webIdentityToken', token, { min: 4, max: 20000 });
  constraints.enforce();
  checkArn(common.roleArn);
  return { ...common, token: token ?? '' };
}

/**
 * Reads AssumeRoleWithSAML's parameters within the limits of
 * docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html. Throws as readAssumeRole does.
 */
export function readSaml(parameters: Parameters): SamlParameters {
  const constraints = new Constraints();
  const { PrincipalArn: principalArn, SAMLAssertion: assertion } = parameters;
  const roleArn = readRoleArn(parameters, constraints);
  constraints.required('principalArn', principalArn);
  constraints.text('principalArn', principalArn, { min: 20, max: 2048, ...ARN_TEXT });
  constraints.required('sAMLAssertion', assertion);
  constraints.text('sAMLAssertion', assertion, { min: 4, max: 100000 });
  const limits = readLimits(parameters, constraints);
  constraints.enforce();
  checkArn(roleArn);
  return { roleArn, ...limits, principalArn: principalArn ?? '', assertion: assertion ?? '' };
}

/**
 * Reads GetSessionToken's parameters within the limits of
 * docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html. Throws as readAssumeRole does.
 */
export function readSessionToken(parameters: Parameters): SessionTokenParameters {
  const constraints = new Constraints();
  const durationSeconds = readInteger(parameters.DurationSeconds);
  constraints.number('durationSeconds', durationSeconds, 900, MAX_SECONDS.user);
  const mfa = readMfa(parameters, constraints);
  constraints.enforce();
  return { durationSeconds, ...mfa };
}

/**
 * Reads GetFederationToken's parameters within the limits of
 * docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html. Throws as readAssumeRole does.
 */
export function readFederationToken(parameters: Parameters): FederationTokenParameters {
  const constraints = new Constraints();
  const { Name: name } = parameters;
  constraints.required('name', name);
  constraints.text('name', name, { min: 2, max: 32, ...NAME });
  const limits = readLimits(parameters, constraints, MAX_SECONDS.user);
  const tags = readTags(parameters, constraints);
  constraints.enforce();
  return { ...limits, name: name ?? '', tags };
}

function readTags(parameters: Parameters, constraints: Constraints): readonly TagParameter[] {
  const tags = members(parameters, 'Tags').map(({ Key, Value }, index) => {
    const at = `tags.${index + 1}.member`;
    constraints.required(`${at}.key`, Key);
    constraints.required(`${at}.value`, Value);
    constraints.text(`${at}.key`, Key, { min: 1, max: 128, ...TAG_TEXT });
    constraints.text(`${at}.value`, Value, { max: 256, ...TAG_TEXT });
    return { key: Key ?? '', value: Value ?? '' };
  });
  constraints.count('tags', tags, 50);
  return tags;
}

function readCommon(parameters: Parameters, constraints: Constraints): RoleParameters {
  const roleArn = readRoleArn(parameters, constraints);
  const sessionName = parameters.RoleSessionName;
  constraints.required('roleSessionName', sessionName);
  constraints.text('roleSessionName', sessionName, { min: 2, max: 64, ...NAME });
  return { roleArn, sessionName: sessionName ?? '', ...readLimits(parameters, constraints) };
}

function readRoleArn({ RoleArn: roleArn }: Parameters, constraints: Constraints): string {
  constraints.required('roleArn', roleArn);
  constraints.text('roleArn', roleArn, { min: 20, max: 2048, ...ARN_TEXT });
  return roleArn ?? '';
}

function readLimits(
  parameters: Parameters,
  constraints: Constraints,
  maxSeconds = MAX_SECONDS.role,
): SessionLimits {
  const { Policy: policy } = parameters;
  const durationSeconds = readInteger(parameters.DurationSeconds);
  constraints.number('durationSeconds', durationSeconds, 900, maxSeconds);
  constraints.text('policy', policy, { min: 1, max: 2048 });
  const policyArns = members(parameters, 'PolicyArns').map((member) => member.arn ?? '');
  for (const [index, arn] of policyArns.entries()) {
    constraints.text(`policyArns.${index + 1}.member.arn`, arn, { min: 20, max: 2048 });
  }
  constraints.count('policyArns', policyArns, 10);
  return { durationSeconds, policy, policyArns };
}

function checkArn(roleArn: string): void {
  if (!/^arn:[\w-]+:iam::\d{12}:role\/.+$/.test(roleArn)) throw validationError('Request ARN is invalid');
}
