import { createHash } from 'node:crypto';
import { existsSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  appendSection,
  findSections,
  removeSection,
  replaceSection,
  type Section,
  separatorAfter,
  settingLines,
} from '../platform/ini-sections.js';
import { hasLeftovers, readPrivateFile, updatePrivateFile } from '../platform/private-file.js';

/** A section that was put into one of AWS's shared files. */
export interface SectionStep {
  readonly kind: 'section';
  readonly file: string;
  readonly section: string;
  /** The section's text before (one character a byte), or null when it did not exist. */
  readonly before: string | null;
  /** What we put there, as {@link digestsOf} tells it: the section to take out again is the one that looks like it. */
  readonly written: readonly string[];
  /** What was put between the old end of the file and the section. */
  readonly separator: string;
  /** The file did not exist. */
  readonly madeFile: boolean;
  /** How many directories did not exist: the file's own, the one it is in, and so on. */
  readonly madeDirectories: number;
}

/** Fingerprints of a section as a whole and of each of its settings; no setting can be read from them. */
export function digestsOf(section: string): readonly string[] {
  return [section, ...settingLines(section)].map(digestOf);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('base64url');
}

/** How many directories must be made before the file can be. */
export function missingDirectories(file: string): number {
  let count = 0;
  for (let path = dirname(file); !existsSync(path) && dirname(path) !== path; path = dirname(path)) count++;
  return count;
}

/**
 * Puts a section back to what it was, leaving whatever else has been written to the file since. A section of that
 * name that shares nothing with what we wrote is somebody else's by now, and stays.
 * @param maxWaitMs how long to wait for others who write to the file
 * @throws ActionError FILE_REFUSED
 */
export function restoreSection(step: SectionStep, maxWaitMs?: number): void {
  // A file that is gone is not made again, nor is anything locked beside it, unless a killed writer has left its rest.
  if (readPrivateFile(step.file) !== undefined || hasLeftovers(step.file)) {
    const edit = (text: string | undefined): string | undefined => {
      if (text === undefined) return undefined;
      const restored = restoredText(text, step);
      return restored === '' && step.madeFile ? undefined : restored;
    };
    updatePrivateFile(step.file, false, edit, maxWaitMs);
  }
  removeMadeDirectories(step);
}

function restoredText(text: string, { section, before, written, separator }: SectionStep): string {
  const sections = findSections(text, section);
  const ours = mostAlike(sections, written);
  if (before === null) return ours ? removeSection(text, ours, separator) : text;
  if (ours) return replaceSection(text, ours, before);
  // Gone altogether: whoever took out our section did not mean what it stood for.
  return sections.length === 0 ? appendSection(text, before, separatorAfter(text)) : text;
}

/** The section that is what we wrote, or has a setting of it; a Region alone proves nothing where there was more. */
function mostAlike(sections: readonly Section[], written: readonly string[]): Section | undefined {
  const [whole, ...settings] = written;
  const isWhole = ({ text }: Section): boolean => digestsOf(text)[0] === whole;
  const isPart = ({ text }: Section): boolean =>
    settingLines(text).some(
      (line) => settings.includes(digestOf(line)) && (settings.length === 1 || !isRegion(line)),
    );
  const mayBeOurs = ({ text }: Section): boolean => {
    const lines = settingLines(text);
    return settings.length === 0 || (settings.length === 1 && lines.length === 1 && lines.every(isRegion));
  };
  const only = sections.length === 1 ? sections : [];
  return sections.find(isWhole) ?? sections.find(isPart) ?? only.find(mayBeOurs);
}

function isRegion(setting: string): boolean {
  return /^region\s*=/.test(setting);
}

/** Removes the directories that were made for the file, as far as they are empty. */
export function removeMadeDirectories({ file, madeDirectories }: SectionStep): void {
  let directory = dirname(file);
  try {
    for (let left = madeDirectories; left > 0; left--) {
      rmdirSync(directory);
      directory = dirname(directory);
    }
  } catch {
    // Somebody else's files are in it, or it is gone already: not ours to touch.
  }
}
