import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readPrivateFile, writePrivateFile } from '../aws-files/file.js';
import { findSection, formatSection, newlineOf, putSection, separatorAfter } from '../aws-files/sections.js';
import type { Credentials } from '../credentials.js';
import { ActionError } from '../errors.js';
import type { Runner } from '../runner.js';
import { quote } from '../text.js';
import { restoreSection, type SectionStep } from '../undo.js';
import type { Sink } from './sink.js';

/** A named profile in AWS's shared files. */
export interface Profile {
  readonly name: string;
  /** Replace sections of that name. */
  readonly overwrite: boolean;
}

interface SectionPlace {
  readonly file: string;
  readonly section: string;
}

/**
 * Writes a named profile: the keys to the credentials file, the Region to the config file
 * (`~/.aws/`, or where `AWS_SHARED_CREDENTIALS_FILE` and `AWS_CONFIG_FILE` point).
 * @throws ActionError PROFILE_EXISTS, FILE_REFUSED
 */
export function profileSink(
  runner: Runner,
  profile: Profile,
  region: string,
  credentials: Credentials,
): Sink {
  checkProfile(runner, profile);
  const places = placesOf(runner, profile.name);
  const planned = [
    plan(
      places.credentials,
      new Map([
        ['aws_access_key_id', credentials.accessKeyId],
        ['aws_secret_access_key', credentials.secretAccessKey],
        ...(credentials.sessionToken ? [['aws_session_token', credentials.sessionToken] as const] : []),
      ]),
    ),
    plan(places.config, new Map([['region', region]])),
  ];
  return {
    undo: planned.map(({ step }) => step),
    write() {
      const written: SectionStep[] = [];
      const restore = () => {
        for (const step of written.toReversed()) restoreSection(step);
      };
      try {
        for (const { step, settings } of planned) {
          // Read again: both sections may stand in one file.
          const text = readPrivateFile(step.file) ?? '';
          const section = formatSection(step.section, settings, newlineOf(text));
          writePrivateFile(step.file, putSection(text, step.section, section));
          written.push(step);
        }
      } catch (error) {
        restore();
        throw error;
      }
      return restore;
    },
  };
}

/**
 * Finds out before any request whether the profile may be written.
 * @throws ActionError PROFILE_EXISTS, FILE_REFUSED
 */
export function checkProfile(runner: Runner, { name, overwrite }: Profile): void {
  for (const { file, section } of Object.values(placesOf(runner, name))) {
    const text = readPrivateFile(file);
    if (!overwrite && text !== undefined && findSection(text, section) !== undefined) {
      throw new ActionError(
        'PROFILE_EXISTS',
        `aws-profile: the profile ${quote(name)} already exists in ${quote(file)}.`,
        {
          hint: 'Choose another name, or set overwrite-aws-profile: true to replace it for this job.',
        },
      );
    }
  }
}

/** The secrets of sections about to be replaced: to be masked before they enter the undo record. */
export function replacedSecrets(runner: Runner, name: string): readonly string[] {
  return Object.values(placesOf(runner, name)).flatMap(({ file, section }) => {
    const text = findSection(readPrivateFile(file) ?? '', section) ?? '';
    return [...text.matchAll(SECRET_SETTING)].map((match) => match[1] ?? '');
  });
}

/** Settings that hold keys, tokens and the like, by their names. */
const SECRET_SETTING =
  /^[ \t]*[^=\r\n]*(?:key|secret|token|password)[^=\r\n]*=[ \t]*([^\r\n]*[^\s])[ \t]*$/gim;

function placesOf({ env, home }: Runner, name: string): { credentials: SectionPlace; config: SectionPlace } {
  return {
    credentials: {
      file: env['AWS_SHARED_CREDENTIALS_FILE'] || join(home, '.aws', 'credentials'),
      section: name,
    },
    config: {
      file: env['AWS_CONFIG_FILE'] || join(home, '.aws', 'config'),
      section: name === 'default' ? name : `profile ${name}`,
    },
  };
}

interface Planned {
  readonly step: SectionStep;
  readonly settings: ReadonlyMap<string, string>;
}

function plan({ file, section }: SectionPlace, settings: ReadonlyMap<string, string>): Planned {
  const existing = readPrivateFile(file);
  const text = existing ?? '';
  const before = findSection(text, section) ?? null;
  const step: SectionStep = {
    kind: 'section',
    file,
    section,
    before,
    separator: before === null ? separatorAfter(text) : '',
    madeFile: existing === undefined,
    madeDirectory: !existsSync(dirname(file)),
  };
  return { step, settings };
}
