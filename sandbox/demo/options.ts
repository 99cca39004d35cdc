import { parseArgs } from 'node:util';
import { SCENES, type Scene } from './scenes.js';

/** What the demo is asked for. */
export interface DemoOptions {
  readonly branch: string;
  /** The deployment environment that the job names. */
  readonly environment: string | undefined;
  /** A role's ARN, or its name in one of the sandbox's accounts. */
  readonly role: string;
  /** Another way to an identity than GitHub's token. */
  readonly scene: Scene | undefined;
  readonly help: boolean;
  /** No choice was made: both jobs are shown and both outcomes are known beforehand. */
  readonly isTour: boolean;
}

/** What `--help` prints. */
export const USAGE = `Shows a deploy job against a local GitHub and AWS, as its log on GitHub would show it.

  npm run demo                  the tour: main deploys to production, then a feature branch tries the same
  npm run demo -- [options]     one job of your choice
  npm run demo -- SCENE         another way to an identity

Scenes:
${SCENES.map(({ name, summary }) => `  ${name.padEnd(22)}${summary}`).join('\n')}

Options:
  --branch NAME         the branch the job runs on                    (main)
  --environment NAME    the deployment environment the job names      (none)
  --role ROLE           a role's ARN, or its name in sandbox/cloud.json
                        (production-deploy; with --environment, production-environment)
  --help                this text

Try: --branch feature --role staging-deploy
     --environment production
     --environment staging

Exit code: 0 when the job got its credentials, a standard AWS client could use them, and they were gone at its
end; 1 when it was refused, as the job itself would fail, or when anything else happened. The tour ends with 0
only if main was let in and the feature branch was refused. 2 for options that do not exist.`;

/** Reads the command line. @throws Error, in one sentence, for an option that does not exist or has no value. */
export function parseOptions(args: readonly string[]): DemoOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      branch: { type: 'string' },
      environment: { type: 'string' },
      role: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const empty = Object.entries(values).find(([, value]) => value === '');
  if (empty !== undefined) throw new Error(`Option '--${empty[0]}' needs a value`);
  const [name, ...more] = positionals;
  const scene = SCENES.find((one) => one.name === name);
  if (more.length > 0) throw new Error('There can be one scene');
  if (name !== undefined && scene === undefined) throw new Error(`There is no scene '${name}'`);
  if (scene !== undefined && values.role !== undefined)
    throw new Error(`Option '--role' does not go with a scene`);
  const defaultRole = values.environment === undefined ? 'production-deploy' : 'production-environment';
  return {
    branch: values.branch ?? 'main',
    environment: values.environment,
    role: values.role ?? defaultRole,
    scene,
    help: values.help ?? false,
    isTour: Object.keys(values).length === 0 && scene === undefined,
  };
}
