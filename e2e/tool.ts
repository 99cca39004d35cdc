import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** A program that checks use. */
export interface Tool {
  readonly name: string;
  readonly path: string;
  /** What it says its version is; undefined when it is not there. */
  readonly version: string | undefined;
  /** Whether it should have been: in CI every tool has to be there that the machine can have. */
  readonly isRequired: boolean;
}

/** Looks for a program, and asks it its version. */
export function find(
  name: string,
  path: string,
  args: readonly string[],
  pattern: RegExp,
  isRequired: boolean,
): Tool {
  return { name, path, version: pattern.exec(ask(path, args) ?? '')?.[1], isRequired };
}

/** Looks for an npm package, and reads its version. */
export function findPackage(name: string, directory: string, isRequired: boolean): Tool {
  const path = join(directory, 'package.json');
  const version = ask(process.execPath, ['-p', 'require(process.argv[1]).version', path])?.trim();
  return { name, path, version, isRequired };
}

/** What a program prints; undefined where it cannot be started or fails. */
export function ask(command: string, args: readonly string[]): string | undefined {
  try {
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    return execFileSync(command, args, { encoding: 'utf8', timeout: 60_000, stdio: [...stdio] });
  } catch {
    return undefined;
  }
}
