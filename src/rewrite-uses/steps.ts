import { isScalar, type Node, type Scalar, visit } from 'yaml';
import { type YamlDocument, type YamlMember, YamlProblem, yamlDocuments } from '../core/yaml-document.js';

export type Range = readonly [start: number, end: number];

/** A step of a workflow or of a composite action. */
export interface UsesStep {
  readonly uses: string;
  /** Where its value stands, with its quotes: offsets in UTF-16 units. */
  readonly range: Range;
  /** Whether the value has lines of its own (`>-`, `|`). */
  readonly isBlock: boolean;
  /** The line where `uses` has its value, counted from 1. */
  readonly line: number;
  /** Its inputs, as they are written; undefined for a value that is a list or a mapping. */
  readonly inputs: ReadonlyMap<string, string | undefined>;
}

/** A job that calls a workflow. */
export interface CallingJob {
  readonly uses: string;
  readonly line: number;
  /** Whether it may hand on the right to a token. */
  readonly mayHaveToken: boolean;
}

/** What a file has that uses actions. */
export interface UsesFile {
  readonly kind: 'workflow' | 'called-workflow' | 'composite-action' | 'other';
  readonly steps: readonly UsesStep[];
  readonly calls: readonly CallingJob[];
  /** Where its keys and values stand, in their order; what is outside of them is a comment. */
  readonly scalars: readonly Range[];
}

/** Throws a {@link YamlProblem} for what is not one document of YAML. */
export function readUses(text: string): UsesFile {
  const [open, ...others] = yamlDocuments(text, 'failsafe');
  if (others.length > 0)
    throw new YamlProblem('there are several YAML documents, and one is expected', { line: 1, column: 1 });
  if (open === undefined) return { kind: 'other', steps: [], calls: [], scalars: [] };
  return new UsesReader(open()).read();
}

class UsesReader {
  constructor(readonly document: YamlDocument) {}

  read(): UsesFile {
    const root = this.#members(this.document.root);
    const jobs = memberOf(root, 'jobs');
    const scalars = scalarsIn(this.document.root);
    if (jobs === undefined) {
      const steps = this.#steps(memberOf(this.#members(memberOf(root, 'runs') ?? null), 'steps'));
      return { kind: steps.length > 0 ? 'composite-action' : 'other', steps, calls: [], scalars };
    }
    const read = this.#members(jobs).map(({ value }) => this.#members(value));
    return {
      kind: this.#isCalled(memberOf(root, 'on')) ? 'called-workflow' : 'workflow',
      steps: read.flatMap((job) => this.#steps(memberOf(job, 'steps'))),
      calls: read.flatMap((job) => this.#call(job, memberOf(root, 'permissions'))),
      scalars,
    };
  }

  #isCalled(on: Node | null | undefined): boolean {
    const names = [this.#text(on), ...this.#items(on).map((item) => this.#text(item))];
    return [...names, ...this.#members(on).map(({ name }) => name)].includes('workflow_call');
  }

  #steps(steps: Node | null | undefined): readonly UsesStep[] {
    return this.#items(steps).flatMap((item) => {
      const step = this.#members(item);
      const node = this.document.resolve(memberOf(step, 'uses') ?? null);
      if (!isText(node)) return [];
      const inputs = this.#members(memberOf(step, 'with')).map(
        ({ name, value }) => [name.toLowerCase(), this.#text(value)] as const,
      );
      return [
        {
          uses: node.value.trim(),
          range: rangeOf(node),
          isBlock: node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL',
          line: this.#line(node),
          inputs: new Map(inputs),
        },
      ];
    });
  }

  #call(job: readonly YamlMember[], common: Node | null | undefined): readonly CallingJob[] {
    const node = this.document.resolve(memberOf(job, 'uses') ?? null);
    if (!isText(node)) return [];
    const permissions = memberOf(job, 'permissions') ?? common;
    const token = memberOf(this.#members(permissions), 'id-token');
    const mayHaveToken = this.#text(token) === 'write' || this.#text(permissions) === 'write-all';
    return [{ uses: node.value.trim(), line: this.#line(node), mayHaveToken }];
  }

  #line(node: Node): number {
    return this.document.at(rangeOf(node)[0]).line;
  }

  #members(node: Node | null | undefined): readonly YamlMember[] {
    const seen = this.document.look(this.document.resolve(node ?? null), 0);
    return seen.kind === 'mapping' ? seen.members : [];
  }

  #items(node: Node | null | undefined): readonly Node[] {
    const seen = this.document.look(this.document.resolve(node ?? null), 0);
    return seen.kind === 'list' ? seen.items : [];
  }

  #text(node: Node | null | undefined): string | undefined {
    const seen = this.document.resolve(node ?? null);
    return isText(seen) ? seen.value : undefined;
  }
}

/** A node that was parsed has one. */
function rangeOf({ range }: Node): Range {
  return [range?.[0] ?? 0, range?.[1] ?? 0];
}

function isText(node: Node | null): node is Scalar<string> {
  return isScalar(node) && typeof node.value === 'string';
}

function memberOf(members: readonly YamlMember[], name: string): Node | null | undefined {
  return members.find((member) => member.name === name)?.value;
}

function scalarsIn(root: Node | null): UsesFile['scalars'] {
  const found: Range[] = [];
  visit(root, { Scalar: (_, node) => void found.push(rangeOf(node)) });
  return found;
}
