// Makes the repository somebody's: `node scripts/publisher.mjs OWNER[/NAME]` writes the owner and the name wherever the
// repository names itself. package.json says what they are now, so it can be run again, also with another owner.
// Neither sources nor dist/ name the repository: what runs is the same, byte for byte, whoever publishes it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** What is not ours, or is made from what is. */
const LEFT_OUT = ['.git', '.tools', 'build', 'coverage', 'dist', 'node_modules', 'package-lock.json'];
/** What people and GitHub read. */
const KINDS = /(\.(md|ya?ml|json)|(^|\/)CODEOWNERS)$/;

/** https://docs.github.com/enterprise-cloud@latest/admin/identity-and-access-management/iam-configuration-reference/username-considerations-for-external-authentication */
const OWNER = /^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}(?:_[a-z\d]+)?$/i;
const NAME = /^(?!\.{1,2}$)(?!.*\.(?:git|wiki)$)[\w.-]{1,100}$/i;

const ALLOWED =
  'allowed: OWNER or OWNER/NAME as on GitHub: an owner of up to 39 letters, digits and single hyphens, a name of up to 100 letters, digits and ._-';

/** Who publishes the repository now, as package.json has it. */
function currentRepository(root) {
  const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [, owner, name] =
    /^git\+https:\/\/github\.com\/([\w-]+)\/([\w.-]+)\.git$/.exec(repository?.url ?? '') ?? [];
  if (name === undefined)
    throw new Error('package.json: repository.url must be git+https://github.com/OWNER/NAME.git');
  return { owner, name };
}

function readArguments(args, current) {
  const [owner = '', name = current.name, ...rest] = (args[0] ?? '').split('/');
  if (args.length !== 1 || rest.length > 0 || !OWNER.test(owner) || !NAME.test(name))
    throw new Error(`got ${args.map((one) => JSON.stringify(one)).join(' ') || 'nothing'}; ${ALLOWED}`);
  return { owner, name };
}

function filesBelow(root, folder = '') {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (LEFT_OUT.includes(entry.name)) return [];
    if (entry.isDirectory()) return filesBelow(root, path);
    return entry.isFile() && KINDS.test(path) ? [path] : [];
  });
}

const literally = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The repository's full name where nothing else goes on with it; a full stop or `.git` may follow. */
const namesOf = ({ owner, name }) =>
  new RegExp(`(?<![\\w.-])${literally(owner)}/${literally(name)}(?![\\w-]|\\.(?!git\\b)\\w)`, 'g');

function rewritten(path, text, from, to) {
  const slugged = text.replace(namesOf(from), () => `${to.owner}/${to.name}`);
  if (path.endsWith('CODEOWNERS'))
    return slugged.replace(new RegExp(`@${literally(from.owner)}(?![\\w-])`, 'g'), () => `@${to.owner}`);
  // The marketplace shows it.
  if (/(^|\/)action\.ya?ml$/.test(path))
    return slugged.replace(
      new RegExp(`^author: ${literally(from.owner)}$`, 'm'),
      () => `author: ${to.owner}`,
    );
  return slugged;
}

/** The new texts of the files that change, by their paths. */
function changes(root, from, to) {
  const texts = filesBelow(root).map((path) => [path, readFileSync(join(root, path), 'utf8')]);
  const isSame = from.owner === to.owner && from.name === to.name;
  const taken = isSame ? undefined : texts.find(([, text]) => namesOf(to).test(text));
  if (taken !== undefined)
    throw new Error(
      `got ${JSON.stringify(`${to.owner}/${to.name}`)}, which ${taken[0]} names already, for something else; ${ALLOWED}`,
    );
  return texts
    .map(([path, text]) => [path, rewritten(path, text, from, to), text])
    .filter(([, after, before]) => after !== before);
}

function publish(root, args) {
  const from = currentRepository(root);
  const to = readArguments(args, from);
  const changed = changes(root, from, to);
  for (const [path, text] of changed) writeFileSync(join(root, path), text);
  return [...changed.map(([path]) => path), `${to.owner}/${to.name}: ${changed.length} files changed`];
}

try {
  for (const line of publish(ROOT, process.argv.slice(2))) console.log(line);
} catch (error) {
  console.error(`publisher: ${error.message}`);
  process.exitCode = 1;
}
