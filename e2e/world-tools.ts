import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, find, type Tool } from './tool.js';

/** What runs the action on Windows: in Wine, where this is another system. */
export interface WindowsTools {
  readonly wine: Tool;
  readonly node: Tool;
  /** The client with the AWS SDK for Go, version 2. */
  readonly go: Tool;
}

/** Clients, servers and systems beside those that every run has. */
export interface WorldTools {
  readonly windows: WindowsTools;
  readonly awsV1: Tool;
  readonly java: Tool;
  readonly rust: Tool;
  readonly ceph: Tool;
  readonly keycloak: Tool;
}

/** Where Debian puts Wine. The wrapper in /usr/bin drops variables whose names have hyphens, such as `INPUT_AWS-REGION`. */
const WINE = '/usr/lib/wine/wine64';

/** Looks for them below .tools/, where scripts/install-world.sh puts them. */
export function findWorldTools(root: string, inCi: boolean): WorldTools {
  const at = (...path: readonly string[]): string => join(root, '.tools', ...path);
  const has = (program: string): boolean => inCi && ask(program, ['--version']) !== undefined;
  const isDebian = has('apt-get') && process.arch === 'x64';
  // They take minutes to build or to download, so only the job that installs them demands them.
  const isNightly = inCi && process.env['E2E_NIGHTLY'] === 'true';
  const hasGo = inCi && ask('go', ['version']) !== undefined;
  const goClient = at('bin', 'client-go-v2.exe');
  return {
    windows: {
      wine: find('Wine', WINE, ['--version'], /^wine-(\S+)/m, isDebian),
      node: noted('Node for Windows', at('node-win', 'node.exe'), isDebian),
      go:
        process.platform === 'win32'
          ? find('client-go-v2.exe', goClient, ['--version'], /^aws-sdk-go-v2 (\S+)/m, hasGo)
          : noted('client-go-v2.exe', goClient, hasGo),
    },
    awsV1: find(
      'the AWS CLI 1',
      at('awscli-1', 'bin', 'aws'),
      ['--version'],
      /^aws-cli\/(1\S+)/m,
      has('python3'),
    ),
    java: noted('the AWS SDK for Java', at('java', 'classes'), has('javac')),
    rust: find('client-rust', at('bin', 'client-rust'), ['--version'], /^aws-sdk-sts (\S+)/m, isNightly),
    ceph: find('Ceph', at('ceph', 'run'), ['radosgw', '--version'], /^ceph version (\S+)/m, isDebian),
    keycloak: noted('Keycloak', at('keycloak'), isNightly),
  };
}

/** What cannot be asked, at least not fast: its version stands beside it. */
function noted(name: string, path: string, isRequired: boolean): Tool {
  return { name, path, version: textOf(`${path}.version`), isRequired };
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
