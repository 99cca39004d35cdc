import type { JsonNode } from '../../trust/language/json.js';
import type { Position } from '../../trust/language/text.js';
import type { Bound } from '../../trust/reach/bound.js';
import type { RunContext } from '../../trust/reach/kinds.js';
import { itemsOf, memberOf, membersOf, textOf } from '../sources/nodes.js';
import { FilterProblem, filterBound } from './filters.js';

/** A kind of run that an event starts, without its environment. */
export interface Trigger {
  readonly context: RunContext;
  /** Equal for triggers whose tokens differ in the event's name at most. */
  readonly key: string;
}

/** Something that cannot be read, and why. */
export interface Unread {
  readonly at: Position;
  readonly message: string;
}

export interface Events {
  readonly triggers: readonly Trigger[];
  readonly names: readonly string[];
  /** What `workflow_dispatch` and `workflow_call` say. */
  readonly configs: ReadonlyMap<string, JsonNode | undefined>;
  readonly unread: readonly Unread[];
}

/**
 * Events whose runs are on the default branch, on any branch or tag, and on a pull request
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows). Since December 2025
 * `pull_request_target` runs on the default branch, whichever branch the pull request goes to.
 */
const ON_DEFAULT_BRANCH = [
  'branch_protection_rule',
  'check_run',
  'check_suite',
  'delete',
  'discussion',
  'discussion_comment',
  'fork',
  'gollum',
  'image_version',
  'issue_comment',
  'issues',
  'label',
  'milestone',
  'page_build',
  'project',
  'project_card',
  'project_column',
  'public',
  'pull_request_target',
  'repository_dispatch',
  'schedule',
  'status',
  'watch',
  'workflow_run',
];
const ON_ANY_REF = ['create', 'deployment', 'deployment_status', 'registry_package', 'workflow_dispatch'];
const ON_PULL_REQUEST = ['pull_request_review', 'pull_request_review_comment'];

const FREE: Bound = { kind: 'free' };

/** The runs that the `on` of a workflow starts. */
export function eventsOf(on: JsonNode, defaultBranch: string): Events {
  const unread: Unread[] = [];
  const configs = new Map<string, JsonNode | undefined>();
  const single = textOf(on);
  if (single !== undefined) configs.set(single, undefined);
  for (const item of itemsOf(on)) configs.set(textOf(item) ?? '', undefined);
  for (const { name, value } of membersOf(on)) configs.set(name, value);
  const triggers = [...configs].flatMap(([name, config]): readonly Trigger[] => {
    try {
      const found = new Event(name, config, defaultBranch).triggers();
      if (found !== undefined) return found;
      unread.push({ at: config?.at ?? on.at, message: `the event ${name} is not known` });
    } catch (error) {
      if (!(error instanceof FilterProblem)) throw error;
      unread.push({ at: config?.at ?? on.at, message: `a filter of ${name}: ${error.message}` });
    }
    return new Event(name, undefined, defaultBranch).anyRef();
  });
  return { triggers, names: [...configs.keys()], configs, unread };
}

class Event {
  constructor(
    readonly name: string,
    readonly config: JsonNode | undefined,
    readonly defaultBranch: string,
  ) {}

  /** Undefined for an event that is not known. */
  triggers(): readonly Trigger[] | undefined {
    const { name } = this;
    if (name === 'workflow_call') return [];
    if (ON_DEFAULT_BRANCH.includes(name)) return [this.#onBranch({ kind: 'is', text: this.defaultBranch })];
    if (ON_ANY_REF.includes(name)) return this.anyRef();
    // Which subject such a run has is not documented: a pull request's, or one with its ref.
    if (ON_PULL_REQUEST.includes(name)) {
      return [this.#pull(), this.#trigger('ref', { kind: 'pull' }, 'pull')];
    }
    switch (name) {
      case 'push':
        return this.#push();
      case 'pull_request':
        return [this.#pull(), ...this.#merged()];
      case 'release':
        return [this.#onTag(FREE)];
      case 'merge_group':
        return [
          this.#onBranch(
            { kind: 'inside', patterns: ['gh-readonly-queue/*/pr-*'], ignoreCase: false },
            'queue',
          ),
        ];
      default:
        return undefined;
    }
  }

  anyRef(): readonly Trigger[] {
    return [this.#onBranch(FREE), this.#onTag(FREE)];
  }

  /** With filters of branches alone no tag starts a run, and the reverse. */
  #push(): readonly Trigger[] {
    const [branches, tags] = [this.#filter('branches'), this.#filter('tags')];
    if (branches === undefined && tags === undefined) return this.anyRef();
    return [
      ...(branches === undefined ? [] : [this.#onBranch(branches.bound, branches.key)]),
      ...(tags === undefined ? [] : [this.#onTag(tags.bound, tags.key)]),
    ];
  }

  /** Once it is merged, a pull request's ref is the branch that it went into. */
  #merged(): readonly Trigger[] {
    const types = this.#list('types') ?? [];
    if (!types.includes('closed')) return [];
    const { bound, key } = this.#filter('branches') ?? { bound: FREE, key: '' };
    return [this.#trigger('pull-request', { kind: 'branch', name: bound }, `merged ${key}`)];
  }

  #filter(name: 'branches' | 'tags'): { readonly bound: Bound; readonly key: string } | undefined {
    const [only, ignored] = [this.#list(name), this.#list(`${name}-ignore`)];
    if (only !== undefined) return { bound: filterBound(only), key: JSON.stringify(only) };
    return ignored && { bound: filterBound(ignored, true), key: `not ${JSON.stringify(ignored)}` };
  }

  #list(name: string): readonly string[] | undefined {
    const node = memberOf(this.config, name);
    if (node === undefined || node.kind === 'null') return undefined;
    const items = node.kind === 'array' ? node.items : [node];
    return items.map((item) => {
      const text = textOf(item);
      if (text === undefined) throw new FilterProblem(`${name} is not a list of texts`);
      return text;
    });
  }

  #onBranch(name: Bound, key = name.kind === 'is' ? JSON.stringify([name.text]) : ''): Trigger {
    return this.#trigger('ref', { kind: 'branch', name }, `branch ${key}`);
  }

  #onTag(name: Bound, key = ''): Trigger {
    return this.#trigger('ref', { kind: 'tag', name }, `tag ${key}`);
  }

  #pull(): Trigger {
    return this.#trigger('pull-request', { kind: 'pull' }, 'pull');
  }

  #trigger(event: RunContext['event'], ref: RunContext['ref'], key: string): Trigger {
    const context = { event, environment: undefined, ref, eventName: this.name };
    return { context, key: `${event} ${key}` };
  }
}
