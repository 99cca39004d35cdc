import { quote } from '../../core/text.js';
import { type JsonNode, readJsonSequence, TrustSyntaxError } from '../../trust/language/json.js';
import { itemsOf, memberOf, membersOf, textOf } from '../sources/nodes.js';

/** A repository by what does not change when it is renamed. */
export interface RepositoryIds {
  /** OWNER/NAME. */
  readonly repository: string;
  readonly ownerId: string;
  readonly repositoryId: string;
}

/** The ids of some repositories. GitHub takes names in any case for the same. */
export class KnownIds {
  readonly #byName = new Map<string, RepositoryIds>();
  readonly #owners = new Map<string, string>();

  constructor(readonly all: readonly RepositoryIds[]) {
    for (const one of all) {
      const name = one.repository.toLowerCase();
      const owner = name.slice(0, name.indexOf('/'));
      const known = this.#byName.get(name) ?? one;
      const ownerId = this.#owners.get(owner) ?? one.ownerId;
      if (known.repositoryId !== one.repositoryId || ownerId !== one.ownerId) {
        throw new Error(`${quote(one.repository)} or its owner has two different ids`);
      }
      this.#byName.set(name, one);
      this.#owners.set(owner, ownerId);
    }
  }

  of(repository: string): RepositoryIds | undefined {
    return this.#byName.get(repository.toLowerCase());
  }

  ownerId(owner: string): string | undefined {
    return this.#owners.get(owner.toLowerCase());
  }
}

const EXPECTED =
  'expected {"OWNER/NAME": {"owner_id": 1, "repository_id": 2}}, or what gh api repos/OWNER/NAME prints, one or a list';

/** Reads the ids of repositories. Throws an Error that says what is wrong and what is allowed. */
export function readIds(text: string): KnownIds {
  const all = documentsOf(text).flatMap(repositoriesOf);
  if (all.length === 0) throw new Error(`no repository is in it; ${EXPECTED}`);
  return new KnownIds(all);
}

function documentsOf(text: string): readonly JsonNode[] {
  try {
    return readJsonSequence(text);
  } catch (error) {
    if (!(error instanceof TrustSyntaxError)) throw error;
    throw new Error(`${error.message}; ${EXPECTED}`);
  }
}

/** Answers of several calls and pages are lists, or lists of lists. */
function repositoriesOf(node: JsonNode): readonly RepositoryIds[] {
  if (node.kind === 'array') return itemsOf(node).flatMap(repositoriesOf);
  if (node.kind !== 'object') throw new Error(`line ${node.at.line} is not a repository; ${EXPECTED}`);
  const fullName = memberOf(node, 'full_name');
  if (fullName !== undefined) {
    return [read(textOf(fullName), memberOf(memberOf(node, 'owner'), 'id'), memberOf(node, 'id'), node)];
  }
  return membersOf(node).map(({ name, value }) =>
    read(name, memberOf(value, 'owner_id'), memberOf(value, 'repository_id'), value),
  );
}

function read(
  name: string | undefined,
  ownerId: JsonNode | undefined,
  repositoryId: JsonNode | undefined,
  { at }: JsonNode,
): RepositoryIds {
  if (name === undefined || !/^[\w.-]+\/[\w.-]+$/.test(name)) {
    throw new Error(`line ${at.line}: ${quote(name ?? '')} is not OWNER/NAME; ${EXPECTED}`);
  }
  const [owner, repository] = [ownerId, repositoryId].map(textOf);
  if (!isId(owner) || !isId(repository)) {
    throw new Error(`line ${at.line}: the ids of ${quote(name)} are not two whole numbers; ${EXPECTED}`);
  }
  return { repository: name, ownerId: owner, repositoryId: repository };
}

function isId(text: string | undefined): text is string {
  return text !== undefined && /^[1-9]\d{0,19}$/.test(text);
}
