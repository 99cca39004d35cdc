import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The parts of a JavaScript action's action.yml that decide how it runs. */
export interface ActionManifest {
  readonly directory: string;
  readonly name: string;
  /** Every declared input with its default; one without a default has the empty string, as on GitHub. */
  readonly defaults: Readonly<Record<string, string>>;
  /** Absolute paths of the scripts. */
  readonly main: string;
  readonly post: string | undefined;
  readonly postIf: string;
}

/**
 * Reads action.yml (or action.yaml) in a directory.
 *
 * @throws Error when there is none, or when it is not a JavaScript action of the kind this runner runs.
 */
export function readActionManifest(directory: string): ActionManifest {
  const manifest = asMap(parse(readManifestFile(directory)), 'action.yml');
  const runs = asMap(manifest.runs, 'runs');
  if (!/^node\d+$/.test(asText(runs.using)) || runs.main === undefined || runs.pre !== undefined) {
    throw new Error(`${directory} is not an action with a main and no pre script that runs on node`);
  }
  const defaults: Record<string, string> = {};
  for (const [name, input] of Object.entries(asMap(manifest.inputs ?? {}, 'inputs'))) {
    const value = asText(asMap(input ?? {}, name).default ?? '');
    if (value.includes('${{')) throw new Error(`The default of ${name} is an expression`);
    defaults[name] = value;
  }
  return {
    directory,
    name: asText(manifest.name ?? directory),
    defaults,
    main: join(directory, asText(runs.main)),
    post: runs.post === undefined ? undefined : join(directory, asText(runs.post)),
    postIf: asText(runs['post-if'] ?? 'always()'),
  };
}

/** INPUT_* variables as the runner names them: upper case, spaces to underscores, hyphens kept. */
export function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  );
}

/** The given inputs over the defaults, names without regard to case; and the names the action does not have. */
export function resolveInputs(
  manifest: ActionManifest,
  given: Readonly<Record<string, string>>,
): { readonly inputs: Readonly<Record<string, string>>; readonly unexpected: readonly string[] } {
  const inputs: Record<string, string> = { ...manifest.defaults };
  const unexpected: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    const declared = Object.keys(manifest.defaults).find((key) => key.toLowerCase() === name.toLowerCase());
    if (declared === undefined) unexpected.push(name);
    inputs[declared ?? name] = value;
  }
  return { inputs, unexpected };
}

function readManifestFile(directory: string): string {
  for (const name of ['action.yml', 'action.yaml']) {
    try {
      return readFileSync(join(directory, name), 'utf8');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  throw new Error(`There is no action.yml in ${directory}`);
}

function asMap(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${name} is not a mapping`);
  }
  return Object.fromEntries(Object.entries(value));
}

function asText(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  throw new Error(`${JSON.stringify(value)} is not a scalar`);
}
