import type { JsonNode } from '../../trust/language/json.js';
import { memberOf, textOf } from '../sources/nodes.js';

/**
 * Whether permissions allow a job to ask for a token. Undefined where none are given: then those of the workflow count,
 * then those of the calling job; GitHub's default never allows it
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions).
 */
export function allowsToken(permissions: JsonNode | undefined): boolean | undefined {
  if (permissions === undefined) return undefined;
  return textOf(permissions) === 'write-all' || textOf(memberOf(permissions, 'id-token')) === 'write';
}

/** Whether permissions are written in a way that GitHub accepts. */
export function isReadable(permissions: JsonNode | undefined): boolean {
  if (permissions === undefined || permissions.kind === 'object' || permissions.kind === 'null') return true;
  return ['read-all', 'write-all'].includes(textOf(permissions) ?? '');
}
