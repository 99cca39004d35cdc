import { type JsonMember, type JsonNode, TrustSyntaxError } from '../../trust/language/json.js';
import type { Position } from '../../trust/language/text.js';
import type { PolicyFile } from '../sources/files.js';
import { memberOf, membersOf, textOf } from '../sources/nodes.js';
import { readYaml } from '../sources/yaml.js';
import { type Events, eventsOf } from './events.js';

/** A file of a workflow. */
export interface Workflow {
  /** As the user names it. */
  readonly path: string;
  /** Its path in the repository. */
  readonly location: string;
  /** What the claim `workflow` has. */
  readonly name: string;
  readonly events: Events;
  readonly permissions: JsonNode | undefined;
  readonly jobs: readonly JsonMember[];
}

/** A workflow, or a part of one, that cannot be read. */
export interface WorkflowProblem {
  readonly path: string;
  readonly at: Position;
  readonly message: string;
}

/** @throws TrustSyntaxError */
function onlyDocument(text: string): JsonNode {
  const [first, second] = readYaml(text);
  if (first instanceof TrustSyntaxError) throw first;
  if (second !== undefined) throw new TrustSyntaxError('it has more than one document', second.at);
  return first ?? { kind: 'null', at: { line: 1, column: 1 } };
}

/** Reads a workflow; what of it cannot be read is handed to `refuse`. Undefined where that is everything. */
export function readWorkflow(
  { path, text }: Pick<PolicyFile, 'path' | 'text'>,
  location: string,
  defaultBranch: string,
  refuse: (problem: WorkflowProblem) => void,
): Workflow | undefined {
  const unread = (at: Position, message: string): void =>
    refuse({ path, at, message: `this workflow cannot be read: ${message}` });
  let root: JsonNode;
  try {
    root = onlyDocument(text);
  } catch (error) {
    if (!(error instanceof TrustSyntaxError)) throw error;
    unread(error.at, error.problem);
    return undefined;
  }
  const [on, jobs] = [memberOf(root, 'on'), memberOf(root, 'jobs')];
  if (on === undefined || on.kind === 'null') {
    unread(root.at, 'it has no `on`');
    return undefined;
  }
  if (jobs?.kind !== 'object') {
    unread(root.at, 'it has no `jobs`');
    return undefined;
  }
  const events = eventsOf(on, defaultBranch);
  for (const one of events.unread) refuse({ path, ...one });
  // GitHub names a workflow without a name by its path.
  const name = textOf(memberOf(root, 'name')) || location;
  return {
    path,
    location,
    name,
    events,
    permissions: memberOf(root, 'permissions'),
    jobs: membersOf(jobs),
  };
}
