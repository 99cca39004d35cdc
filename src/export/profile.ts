import {
  digestsOf,
  missingDirectories,
  removeMadeDirectories,
  restoreSection,
  type SectionStep,
} from '../cleanup/profile-section.js';
import { encodeRecord, maskPlainAndEscaped } from '../cleanup/save-record.js';
import type { Credentials } from '../core/credentials.js';
import { ActionError } from '../core/errors.js';
import { quote } from '../core/text.js';
import type { Restore } from '../platform/command-file.js';
import { expandHome } from '../platform/home-path.js';
import {
  appendSection,
  findSections,
  formatSection,
  newlineOf,
  replaceSection,
  separatorAfter,
} from '../platform/ini-sections.js';
import { readPrivateFile, updatePrivateFile } from '../platform/private-file.js';
import type { Runner } from '../platform/runner.js';
import { secretValues } from './secret-settings.js';
import type { Sink } from './sink.js';

/** A named profile in AWS's shared files. */
export interface Profile {
  readonly name: string;
  /** Replace sections of that name. */
  readonly overwrite: boolean;
}

/** What is to stand in the two files; without settings, the section is only emptied where there is one. */
export interface ProfileSettings {
  readonly credentials: ReadonlyMap<string, string>;
  readonly config: ReadonlyMap<string, string>;
}

interface SectionPlace {
  readonly file: string;
  readonly section: string;
}

interface Planned {
  readonly step: SectionStep;
  readonly text: string;
  readonly holdsKeys: boolean;
}

/**
 * Writes a named profile: the keys to the credentials file, the Region to the config file
 * (`~/.aws/`, or where `AWS_SHARED_CREDENTIALS_FILE` and `AWS_CONFIG_FILE` point).
 * @throws ActionError PROFILE_EXISTS, FILE_REFUSED
 */
export function profileSinks(
  runner: Runner,
  profile: Profile,
  region: string,
  credentials: Credentials,
): readonly Sink[] {
  return sectionSinks(runner, profile, {
    credentials: new Map([
      ['aws_access_key_id', credentials.accessKeyId],
      ['aws_secret_access_key', credentials.secretAccessKey],
      ...(credentials.sessionToken ? [['aws_session_token', credentials.sessionToken] as const] : []),
    ]),
    config: new Map([['region', region]]),
  });
}

/**
 * Writes a profile's sections, a sink for each file.
 * @throws ActionError PROFILE_EXISTS, FILE_REFUSED
 */
export function sectionSinks(runner: Runner, profile: Profile, settings: ProfileSettings): readonly Sink[] {
  checkProfile(runner, profile);
  const places = placesOf(runner, profile.name);
  const planned = [
    plan(places.credentials, settings.credentials, true),
    plan(places.config, settings.config, false),
  ].filter((item) => item !== undefined);
  for (const { step } of planned) maskPlainAndEscaped(runner, secretValues(step.before ?? ''));
  return planned.map((item) => ({ undo: [item.step], write: (maxWaitMs) => writeSection(item, maxWaitMs) }));
}

/**
 * Finds out before any request whether the profile may be written.
 * @throws ActionError PROFILE_EXISTS, FILE_REFUSED
 */
export function checkProfile(runner: Runner, { name, overwrite }: Profile): void {
  const { credentials, config } = placesOf(runner, name);
  if (credentials.file === config.file && credentials.section === config.section) {
    throw new ActionError(
      'FILE_REFUSED',
      `The profile ${quote(name)} needs a section for its keys and another for its Region, but ${quote(config.file)} is used for both.`,
      {
        hint: 'Choose another name in aws-profile, or set AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE to different files.',
      },
    );
  }
  for (const { file, section } of Object.values(placesOf(runner, name))) {
    const found = findSections(readPrivateFile(file)?.text ?? '', section);
    if (found.length > 0 && !overwrite) {
      throw new ActionError(
        'PROFILE_EXISTS',
        `aws-profile: the profile ${quote(name)} already exists in ${quote(file)}.`,
        {
          hint: 'Choose another name, or set overwrite-aws-profile: true to replace it for this job.',
        },
      );
    }
    if (found.length > 1) {
      throw new ActionError(
        'PROFILE_EXISTS',
        `aws-profile: the profile ${quote(name)} occurs more than once in ${quote(file)}.`,
        {
          hint: 'The AWS CLI rejects such a file, and other tools differ in which section they use. Remove the duplicates, or choose another name.',
        },
      );
    }
  }
}

function placesOf({ env, home }: Runner, name: string): { credentials: SectionPlace; config: SectionPlace } {
  return {
    credentials: {
      file: fileAt(env['AWS_SHARED_CREDENTIALS_FILE'], home, 'credentials'),
      section: name,
    },
    config: {
      file: fileAt(env['AWS_CONFIG_FILE'], home, 'config'),
      section: name === 'default' ? name : `profile ${name}`,
    },
  };
}

/** Whether one of the files has a profile `default`: the one that tools take where none is named. */
export function hasDefaultProfile(runner: Runner): boolean {
  return Object.values(placesOf(runner, 'default')).some(
    ({ file, section }) => findSections(readPrivateFile(file)?.text ?? '', section).length > 0,
  );
}

function fileAt(path: string | undefined, home: string, name: string): string {
  const written = path || `~/.aws/${name}`;
  const file = expandHome(written, home);
  if (home === '' && file !== written)
    throw new ActionError(
      'FILE_REFUSED',
      `There is no home directory for ${quote(path || `.aws/${name}`)}.`,
      {
        hint: 'Set HOME, or AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE.',
      },
    );
  return file;
}

function plan(
  { file, section }: SectionPlace,
  settings: ReadonlyMap<string, string>,
  holdsKeys: boolean,
): Planned | undefined {
  const existing = readPrivateFile(file);
  const [current] = findSections(existing?.text ?? '', section);
  if (settings.size === 0 && current === undefined) return undefined;
  const text = formatSection(section, settings, newlineOf(existing?.text ?? ''));
  const step: SectionStep = {
    kind: 'section',
    file,
    section,
    before: current?.text ?? null,
    written: digestsOf(text),
    separator: current === undefined ? separatorAfter(existing?.text ?? '') : '',
    madeFile: existing === undefined,
    madeDirectories: missingDirectories(file),
  };
  // Before anything is made of it: a section of many megabytes would be masked line by line.
  encodeRecord([step]);
  return { step, text, holdsKeys: holdsKeys && settings.size > 0 };
}

const TAKE_BACK_WAIT_MS = 2_000;

function writeSection(planned: Planned, maxWaitMs: number): Restore {
  const { step, holdsKeys } = planned;
  try {
    updatePrivateFile(step.file, holdsKeys, (text) => withSection(text ?? '', planned), maxWaitMs);
  } catch (error) {
    // What looks like our section is then somebody else's, and stays.
    removeMadeDirectories(step);
    throw error;
  }
  // The step has failed by then, and `post` has time to try again.
  return () => restoreSection(step, TAKE_BACK_WAIT_MS);
}

function withSection(text: string, { step, text: section }: Planned): string {
  const { file, before, separator } = step;
  const [place, ...others] = findSections(text, step.section);
  // The record says what there was; what has come since could not be put back.
  if (others.length > 0 || (place?.text ?? null) !== before) {
    throw new ActionError(
      'PROFILE_EXISTS',
      `aws-profile: another process is writing the same profile to ${quote(file)}.`,
      { hint: 'Jobs that run on the same machine at the same time need different profile names.' },
    );
  }
  return place
    ? replaceSection(text, place, section)
    : appendSection(text, section, separator || separatorAfter(text));
}
