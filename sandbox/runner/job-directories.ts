import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeExit } from './exit-duties.js';

/** The folders of one job, laid out as on a hosted runner, below a temporary one. */
export interface JobDirectories {
  readonly root: string;
  readonly workspace: string;
  /** RUNNER_TEMP. */
  readonly temp: string;
  readonly home: string;
  /** The event payload, GITHUB_EVENT_PATH. */
  readonly eventFile: string;
  remove(): void;
}

/** Makes them, with the event payload in its file. A home that is given is used and never removed. */
export function makeJobDirectories(event: object, home: string | undefined): JobDirectories {
  const root = mkdtempSync(join(tmpdir(), 'job-'));
  const directories = {
    root,
    workspace: join(root, 'work', 'repository'),
    temp: join(root, 'work', '_temp'),
    home: home ?? join(root, 'home'),
    eventFile: join(root, 'work', '_temp', '_github_workflow', 'event.json'),
  };
  for (const path of [directories.workspace, join(directories.temp, '_github_workflow'), directories.home]) {
    mkdirSync(path, { recursive: true });
  }
  writeFileSync(directories.eventFile, JSON.stringify(event));
  // On Windows, the name of a removed file stays taken until the last process has closed it.
  const removeRoot = (): void => rmSync(root, { recursive: true, force: true, maxRetries: 10 });
  const liftDuty = beforeExit(removeRoot);
  const remove = (): void => {
    removeRoot();
    liftDuty();
  };
  return { ...directories, remove };
}
