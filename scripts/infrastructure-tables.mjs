// Makes the READMEs of infrastructure/ from the templates and modules. With --check it changes nothing, and fails where
// a README is not what the sources make.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const infrastructure = join(root, 'infrastructure');
const [, slug] = /github\.com\/(.+)\.git$/.exec(
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).repository.url,
);
const NOTE = '<!-- Made by scripts/infrastructure-tables.mjs from the sources; change those. -->';

const templates = readdirSync(join(infrastructure, 'cloudformation'))
  .filter((name) => name.endsWith('.yaml'))
  .sort()
  .map((name) => readTemplate(name.slice(0, -'.yaml'.length)));
const pages = new Map([
  [join(infrastructure, 'cloudformation', 'README.md'), cloudFormationPage()],
  ...templates.map((template) => [
    join(infrastructure, 'terraform', template.name, 'README.md'),
    modulePage(template),
  ]),
]);

const isCheck = process.argv.includes('--check');
const stale = [...pages].filter(([path, text]) => text !== readIfThere(path));
for (const [path, text] of stale) {
  process.stdout.write(`${relative(root, path)} ${isCheck ? 'is not what its sources make' : 'written'}\n`);
  if (!isCheck) writeFileSync(path, text);
}
if (isCheck && stale.length > 0) process.exitCode = 1;

function readTemplate(name) {
  const path = join(infrastructure, 'cloudformation', `${name}.yaml`);
  // The short forms of functions are tags without a meaning here.
  const { Description, Parameters, Outputs } = parse(readFileSync(path, 'utf8'), { logLevel: 'silent' });
  return { name, description: Description.trim(), parameters: Parameters, outputs: Outputs };
}

function cloudFormationPage() {
  const parts = templates.map(({ name, description, parameters, outputs }) => [
    `## ${name}`,
    `${description} [${name}.yaml](${name}.yaml)`,
    table(
      ['Parameter', 'Meaning', 'Default'],
      Object.entries(parameters).map(([parameter, { Description, Default, AllowedValues }]) => [
        `\`${parameter}\``,
        AllowedValues
          ? `${Description.trim()} One of ${AllowedValues.map(code).join(', ')}.`
          : Description.trim(),
        Default === undefined ? 'required' : Default === '' ? 'empty' : code(Default),
      ]),
    ),
    table(
      ['Output', 'Meaning'],
      Object.entries(outputs).map(([output, { Description }]) => [`\`${output}\``, Description.trim()]),
    ),
  ]);
  const intro = [
    '# CloudFormation templates',
    NOTE,
    'They name no account, so a StackSet can deploy each to every account of an organisation. Those that make roles or',
    'policies need `--capabilities CAPABILITY_NAMED_IAM`. [What tested them](../../docs/infrastructure.md).',
  ];
  return `${[intro.slice(0, 1), intro.slice(1, 2), intro.slice(2).join('\n'), ...parts.flat()].join('\n\n')}\n`;
}

function modulePage({ name, description }) {
  const module = join(infrastructure, 'terraform', name);
  const example = readFileSync(join(module, 'examples', 'basic', 'main.tf'), 'utf8');
  const constraints = constraintsOf([join(module, 'policy', 'variables.tf'), join(module, 'variables.tf')]);
  // As its user writes it, from outside this repository.
  const source = `github.com/${slug}//infrastructure/terraform/${name}?ref=v1`;
  const call = example.slice(example.indexOf('module "')).trimEnd().replace('../..', source);
  return `${[
    `# ${name}`,
    NOTE,
    description.replaceAll(/([\w-]+)\.yaml/g, '$1'),
    `\`\`\`hcl\n${call}\n\`\`\``,
    table(
      ['Variable', 'Meaning', 'Type', 'Default', 'Constraint'],
      blocks(join(module, 'variables.tf'), 'variable').map(({ label, text }) => [
        `\`${label}\``,
        attribute(text, 'description'),
        code(attribute(text, 'type')),
        /^ {2}default /m.test(text) ? code(attribute(text, 'default')) : 'required',
        (constraints.get(label) ?? []).join(' '),
      ]),
    ),
    table(
      ['Output', 'Meaning'],
      blocks(join(module, 'outputs.tf'), 'output').map(({ label, text }) => [
        `\`${label}\``,
        attribute(text, 'description'),
      ]),
    ),
  ].join('\n\n')}\n`;
}

// The files are formatted by `tofu fmt`, so a block ends at a brace without indentation.
function blocks(path, kind) {
  const found = readIfThere(path).matchAll(new RegExp(`^${kind} "([\\w-]+)" \\{\\n([\\s\\S]*?)^\\}$`, 'gm'));
  return [...found].map(([, label, text]) => ({ label, text }));
}

function attribute(text, name) {
  const value = new RegExp(`^ {2}${name} += (.*)$`, 'm').exec(text)?.[1] ?? '';
  return name === 'description' ? JSON.parse(value) : value;
}

function constraintsOf(paths) {
  const constraints = new Map();
  for (const { label, text } of paths.flatMap((path) => blocks(path, 'variable'))) {
    const messages = [...text.matchAll(/error_message = (".*")$/gm)].map(([, message]) =>
      JSON.parse(message),
    );
    if (messages.length > 0) constraints.set(label, [...new Set(messages)]);
  }
  return constraints;
}

function table(names, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(names), line(names.map(() => '---')), ...rows.map(line)]
    .join('\n')
    .replaceAll(/ +\|$/gm, ' |');
}

function code(value) {
  return `\`${value}\``;
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}
