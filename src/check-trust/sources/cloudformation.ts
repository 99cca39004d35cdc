import type { JsonNode } from '../../trust/language/json.js';
import { variantName, variantsOf } from './cloudformation-conditions.js';
import { resolveFunctions } from './cloudformation-functions.js';
import type { Variant } from './cloudformation-template.js';
import { type RoleNode, type Roles, unread } from './found.js';
import { memberOf, membersOf, textOf } from './nodes.js';
import { UNDEPLOYED } from './undeployed.js';

/** Whether a document is a template. */
export function isTemplate(document: JsonNode): boolean {
  return memberOf(document, 'Resources') !== undefined;
}

/** The roles of a template, one for each way its conditions can turn out, with the functions resolved. */
export function templateRoles(template: JsonNode): Roles {
  const found = membersOf(memberOf(template, 'Resources')).map(({ name, at, value }): Roles => {
    if (name.startsWith('Fn::')) {
      const message = `what ${name} makes of the template is not known, so roles in it are not tested`;
      return { roles: [], problems: [unread(undefined, at, message)] };
    }
    const type = textOf(memberOf(value, 'Type'));
    const properties = memberOf(value, 'Properties');
    const node = memberOf(properties, 'AssumeRolePolicyDocument');
    // A function of SAM has a role of its own, by its name.
    if (type === 'AWS::Serverless::Function' && node !== undefined)
      return rolesOf(`${name}Role`, node, undefined, template);
    if (type !== 'AWS::IAM::Role') return { roles: [], problems: [] };
    if (node !== undefined) return rolesOf(name, node, properties, template);
    return { roles: [], problems: [unread(name, at, 'it has no AssumeRolePolicyDocument')] };
  });
  return { roles: found.flatMap(({ roles }) => roles), problems: found.flatMap(({ problems }) => problems) };
}

function rolesOf(name: string, node: JsonNode, properties: JsonNode | undefined, template: JsonNode): Roles {
  const text = (one: JsonNode, variant: Variant): string | undefined =>
    textOf(resolveFunctions(one, template, variant));
  const variants = variantsOf(node, template, text).map((variant) => {
    return { variant, resolved: resolveFunctions(node, template, variant) };
  });
  // Values of parameters that come to the same are tested as one.
  const distinct = new Map(
    variants
      .toReversed()
      .map((one) => [JSON.stringify([one.resolved, [...one.variant.assumed]], withoutPlace), one] as const),
  );
  const left = [...distinct.values()].toReversed();
  const isOneOfMany = left.length < variants.length && new Set(left.map(parametersOf)).size === 1;
  const roles = left.flatMap(({ variant, resolved }): readonly RoleNode[] => {
    // A branch without any value is no policy.
    if (resolved.kind === 'null') return [];
    const named = isOneOfMany ? { ...variant, parameters: new Map() } : variant;
    return [
      {
        role: variantName(name, named),
        node: resolved,
        accountId: UNDEPLOYED.accountId,
        properties: () => properties && resolveFunctions(properties, template, variant),
      },
    ];
  });
  return { roles, problems: [] };
}

function parametersOf({ variant }: { readonly variant: Variant }): string {
  return JSON.stringify([...variant.parameters]);
}

function withoutPlace(name: string, value: unknown): unknown {
  return name === 'at' ? undefined : value;
}
