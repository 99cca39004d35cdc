import type { JsonNode } from '../../trust/language/json.js';
import { itemsOf, memberOf, textOf } from './nodes.js';

/** One of the ways in which a template may be deployed. */
export interface Variant {
  /** Values for parameters that have no others by default. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The conditions that these values, and defaults, decide. */
  readonly decided: ReadonlyMap<string, boolean>;
  /** What other conditions are taken for. */
  readonly assumed: ReadonlyMap<string, boolean>;
}

/** With the defaults of its parameters, and nothing taken for granted. */
export const DEFAULT_VARIANT: Variant = {
  parameters: new Map(),
  decided: new Map(),
  assumed: new Map(),
};

/** A part of a template by its name in a section. */
export function partOf(template: JsonNode, section: string, name: string): JsonNode | undefined {
  return memberOf(memberOf(template, section), name);
}

/** The text that a parameter has in a variant; undefined where only a deployment knows. */
export function parameterText(name: string, template: JsonNode, variant: Variant): string | undefined {
  const parameter = partOf(template, 'Parameters', name);
  // The default of such a one is the name of what holds the value.
  if (/^AWS::SSM::Parameter::Value/.test(textOf(memberOf(parameter, 'Type')) ?? '')) return undefined;
  return variant.parameters.get(name) ?? textOf(memberOf(parameter, 'Default'));
}

/** The texts that a parameter may have, where the template lists them. */
export function allowedValues(name: string, template: JsonNode): readonly string[] {
  const parameter = partOf(template, 'Parameters', name);
  const allowed = itemsOf(memberOf(parameter, 'AllowedValues')).flatMap((item) => textOf(item) ?? []);
  const preferred = textOf(memberOf(parameter, 'Default'));
  // What it is by default comes first.
  return preferred !== undefined && allowed.includes(preferred)
    ? [...new Set([preferred, ...allowed])]
    : allowed;
}

/** Whether a resource is an OIDC provider, made by CloudFormation or by the CDK's own means. */
export function isProvider(resource: JsonNode | undefined): resource is JsonNode {
  const type = textOf(memberOf(resource, 'Type')) ?? '';
  return /^(AWS::IAM::OIDCProvider|Custom::AWSCDKOpenIdConnectProvider)$/.test(type);
}

/** An OIDC provider's address, as the template has it. */
export function providerUrl(resource: JsonNode | undefined): JsonNode | undefined {
  const properties = memberOf(resource, 'Properties');
  return memberOf(properties, 'Url') ?? memberOf(properties, 'url');
}
