import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { isObject, objectAt } from '../../sandbox/core/json.js';
import type { Tool } from '../tools.js';
import { asText, type Template } from './template.js';

/** An AWS account that moto pretends to be, through the AWS CLI. */
export class MotoAccount {
  readonly #aws: Tool;
  readonly #url: string;

  constructor(aws: Tool, url: string) {
    this.#aws = aws;
    this.#url = url;
  }

  /** Deploys a template, as its user would. */
  deploy(stack: string, { path }: Pick<Template, 'path'>, parameters: Parameters): void {
    const overrides = Object.entries(parameters).map(([name, value]) => `${name}=${asText(value)}`);
    const options = [
      '--stack-name',
      stack,
      '--template-file',
      path,
      '--capabilities',
      'CAPABILITY_NAMED_IAM',
    ];
    this.run('cloudformation', 'deploy', ...options, '--parameter-overrides', ...overrides);
  }

  /** What a command answers, as JSON. */
  ask(...args: readonly string[]): unknown {
    return JSON.parse(this.run(...args, '--output', 'json'));
  }

  run(...args: readonly string[]): string {
    try {
      const stdio = ['ignore', 'pipe', 'pipe'] as const;
      return execFileSync(this.#aws.path, [...args, '--endpoint-url', this.#url], {
        encoding: 'utf8',
        timeout: 60_000,
        stdio: [...stdio],
        env: {
          PATH: process.env.PATH,
          HOME: tmpdir(),
          AWS_ACCESS_KEY_ID: 'testing',
          AWS_SECRET_ACCESS_KEY: 'testing',
          AWS_DEFAULT_REGION: 'eu-central-1',
          AWS_EC2_METADATA_DISABLED: 'true',
          AWS_CONFIG_FILE: '/dev/null',
          AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
          AWS_PAGER: '',
        },
      });
    } catch (error) {
      if (!isObject(error)) throw error;
      throw new Error(`aws ${args.slice(0, 2).join(' ')}: ${error.stderr}`.trim());
    }
  }
}

type Parameters = Readonly<Record<string, string | readonly string[]>>;

/** A policy as moto gives it back: as an object, as JSON, or as Python prints an object. */
export function motoPolicy(value: unknown): object {
  if (typeof value !== 'string') return objectAt(value, 'a policy');
  const text = value.startsWith("{'") ? value.replaceAll("'", '"') : value;
  return objectAt(JSON.parse(text), 'a policy');
}
