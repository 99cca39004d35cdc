import type { JsonNode } from '../../../trust/language/json.js';
import type { Position } from '../../../trust/language/text.js';
import type { Directory } from '../directory.js';
import { textOf, unknownNode } from '../nodes.js';
import type { Configuration, SourceBlock } from './directory.js';
import { readDirectory } from './directory.js';
import { evaluateOrUnknown } from './evaluate.js';
import type { Expression } from './expression.js';
import { type Instance, instancesOf, unknownInstances } from './instances.js';
import { attributeOf } from './resources.js';
import type { Budget, Reference, Scope } from './scope.js';
import { EvaluationError } from './values.js';
import { withType } from './variable-type.js';

const MAX_DEPTH = 20;

/** A name may stand for another, and so on; this keeps the stack small. */
const MAX_CHAIN = 150;

/** Arguments of a module block that are no inputs. */
const META_ARGUMENTS = ['source', 'version', 'count', 'for_each', 'providers', 'depends_on'];

/** A directory of Terraform with values for its variables: the root, or what a module block makes. */
export class Module {
  readonly configuration: Configuration;
  readonly #values = new Map<string, JsonNode>();
  readonly #running = new Set<string>();
  readonly #instances = new Map<unknown, readonly Instance[]>();
  readonly #children = new Map<SourceBlock, Map<string, Module>>();
  readonly #blocks = new Map<string, SourceBlock>();

  constructor(
    directory: Directory,
    /** Undefined for the root. */
    readonly inputs: ReadonlyMap<string, () => JsonNode> | undefined,
    readonly budget: Budget,
    readonly depth = 0,
    /** Where the files of the root are. */
    readonly root = directory.location,
  ) {
    this.configuration = readDirectory(directory);
    const kinds = [
      ['variable', 1],
      ['module', 1],
      ['resource', 2],
      ['data', 2],
      ['output', 1],
    ] as const;
    for (const [kind, labels] of kinds) {
      for (const block of this.configuration.blocks(kind, labels)) {
        this.#blocks.set([kind, ...block.labels].join('.'), block);
      }
    }
  }

  /** What names stand for in this module. */
  scope(names: ReadonlyMap<string, JsonNode> = new Map()): Scope {
    return {
      names,
      budget: this.budget,
      readFile: (path) => this.configuration.directory.read(path),
      reference: (root, steps, whole) => this.#reference(root, steps, whole),
    };
  }

  /**
   * The instances of a block; empty if `count` or `for_each` gives none by default. If their number is unknown, one
   * instance with an unknown key.
   */
  instances(block: Pick<SourceBlock, 'body' | 'at'>): readonly Instance[] {
    if (!isRepeated(block)) return [{ index: '', scope: this.scope() }];
    const known = this.#instances.get(block);
    if (known !== undefined) return known;
    // What is asked for again while it is worked out stands in a circle: then its number is not known.
    this.#instances.set(block, unknownInstances(this, block.at));
    const found = instancesOf(this, block);
    this.#instances.set(block, found);
    return found;
  }

  /** The value of an attribute; undefined if it is not set, unknown if it cannot be evaluated. */
  value(block: Pick<SourceBlock, 'body'>, name: string, scope = this.scope()): JsonNode | undefined {
    const expression = block.body.attributes.get(name);
    return expression && evaluateOrUnknown(expression, scope);
  }

  /** The module that a block calls, where it is a directory at hand; without an index the first of several. */
  child(block: SourceBlock, wanted?: string): Module | undefined {
    const instances = this.instances(block);
    const { index, scope } = instances.find((one) => one.index === wanted) ?? instances[0] ?? {};
    if (scope === undefined) return undefined;
    const known = this.#children.get(block)?.get(index ?? '');
    if (known !== undefined) return known;
    const source = textOf(this.value(block, 'source'));
    const isLocal = source !== undefined && /^\.\.?(\/|$)/.test(source);
    const directory =
      isLocal && this.depth < MAX_DEPTH ? this.configuration.directory.open(source) : undefined;
    if (directory === undefined) return undefined;
    const inputs = [...block.body.attributes]
      .filter(([name]) => !META_ARGUMENTS.includes(name))
      .map(([name, expression]) => [name, () => evaluateOrUnknown(expression, scope)] as const);
    const child = new Module(directory, new Map(inputs), this.budget, this.depth + 1, this.root);
    const children = this.#children.get(block) ?? new Map<string, Module>();
    this.#children.set(block, children.set(index ?? '', child));
    return child;
  }

  output(name: string): JsonNode | undefined {
    const block = this.#blocks.get(`output.${name}`);
    return block && this.#once(`output.${name}`, block.at, () => this.value(block, 'value'));
  }

  #reference(root: string, steps: readonly (string | undefined)[], whole: Expression): Reference | undefined {
    const [first, second] = steps;
    switch (root) {
      case 'path':
        return {
          value: { kind: 'string', text: first === 'module' ? '.' : this.root, at: whole.at },
          used: 1,
        };
      case 'terraform':
        return { value: { kind: 'string', text: 'default', at: whole.at }, used: 1 };
      case 'var':
        return first === undefined ? undefined : this.#used(1, this.#variable(first, whole.at));
      case 'local':
        return first === undefined ? undefined : this.#used(1, this.#local(first, whole));
      case 'module':
        return this.#moduleOutput(steps, whole);
      case 'data':
        return this.#resource(`data.${first}.${second}`, steps.slice(2), 2);
      default:
        return this.#resource(`resource.${root}.${first}`, steps.slice(1), 1);
    }
  }

  #used(used: number, value: JsonNode | undefined): Reference | undefined {
    return value && { value, used };
  }

  #variable(name: string, at: Position): JsonNode {
    return this.#once(`var.${name}`, at, () => {
      const block = this.#blocks.get(`variable.${name}`);
      const set = this.inputs === undefined ? this.configuration.variables.get(name) : undefined;
      const given = this.inputs?.get(name)?.() ?? (set && evaluateOrUnknown(set, this.scope()));
      const type = block?.body.attributes.get('type');
      const value = given ?? (block && this.value(block, 'default'));
      return value === undefined || type === undefined ? value : withType(value, type, this.scope());
    });
  }

  #local(name: string, { at }: Expression): JsonNode {
    return this.#once(`local.${name}`, at, () => {
      const blocks = this.configuration.blocks('locals', 0);
      const expression = blocks.map(({ body }) => body.attributes.get(name)).find((one) => one !== undefined);
      return expression && evaluateOrUnknown(expression, this.scope());
    });
  }

  #moduleOutput(steps: readonly (string | undefined)[], whole: Expression): Reference | undefined {
    const block = this.#blocks.get(`module.${steps[0]}`);
    const isPlain = block !== undefined && !isRepeated(block);
    const place = isPlain ? 1 : 2;
    const name = steps[place];
    if (block === undefined || name === undefined) return undefined;
    const wanted =
      place === 1 ? undefined : this.instances(block).find(({ index }) => isIndex(index, steps[1]))?.index;
    const value =
      this.child(block, wanted)?.output(name) ?? attributeOf('module', block, name, this, whole.at);
    return value && { value, used: place + 1 };
  }

  /** A resource or data source. An index chooses one of several, which only differ in what is not known of them. */
  #resource(id: string, steps: readonly (string | undefined)[], before: number): Reference | undefined {
    const block = this.#blocks.get(id);
    if (block === undefined) return undefined;
    const instances = this.instances(block);
    const isPlain = !isRepeated(block);
    const [key] = steps;
    const skipped = isPlain ? 0 : 1;
    const attribute = steps[skipped];
    const instance = instances.find(({ index }) => isIndex(index, key)) ?? instances[0];
    if (instance === undefined && attribute !== undefined) throw new EvaluationError(`there is no ${id}`);
    if (instance === undefined || attribute === undefined)
      return this.#wholeResource(id, block, steps, before);
    const name = `${id}${instance.index}.${attribute}`;
    const value = this.#once(name, block.at, () =>
      attributeOf(block.labels[0] ?? '', block, attribute, this, block.at, instance.scope),
    );
    return { value, used: before + skipped + 1 };
  }

  /** `TYPE.NAME` alone, as before a splat: a list of objects with what is usually asked of it. */
  #wholeResource(
    id: string,
    block: SourceBlock,
    steps: readonly (string | undefined)[],
    before: number,
  ): Reference {
    const { at } = block;
    const items = this.instances(block).map(({ index, scope }): JsonNode => {
      const members = ['arn', 'json', 'url', 'account_id', 'partition', 'name', 'id'].flatMap((name) => {
        const type = block.labels[0] ?? '';
        const value = this.#once(`${id}${index}.${name}`, at, () =>
          attributeOf(type, block, name, this, at, scope),
        );
        return [{ name, at, value }];
      });
      return { kind: 'object', members, at };
    });
    return { value: { kind: 'array', items, at }, used: before + steps.length };
  }

  /** What is asked for again while it is worked out stands in a circle. */
  #once(id: string, at: Position, work: () => JsonNode | undefined): JsonNode {
    const known = this.#values.get(id);
    if (known !== undefined) return known;
    if (this.#running.has(id) || this.budget.depth > MAX_CHAIN) return unknownNode(id, at);
    this.#running.add(id);
    this.budget.depth++;
    const value = work() ?? unknownNode(id.replace(/^resource\./, ''), at);
    this.budget.depth--;
    this.#running.delete(id);
    this.#values.set(id, value);
    return value;
  }
}

function isRepeated({ body }: Pick<SourceBlock, 'body'>): boolean {
  return body.attributes.has('count') || body.attributes.has('for_each');
}

function isIndex(index: string, key: string | undefined): boolean {
  return index === `[${key}]` || index === `["${key}"]`;
}
