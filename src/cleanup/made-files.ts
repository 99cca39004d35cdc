import type { JobRecord } from './job-records.js';
import type { SectionStep } from './profile-section.js';

/**
 * The record of a step that stays, with the files that dropped steps made and it has written to: whichever step's section
 * is the last to go takes the file along, and the directories that were made for it, if nothing else is in them.
 * @returns the same record where there is nothing to inherit
 */
export function inheritFiles(heir: JobRecord, dropped: readonly JobRecord[]): JobRecord {
  const makers = dropped.flatMap(sectionsOf).filter(({ madeFile }) => madeFile);
  const own = sectionsOf(heir);
  if (!makers.some(({ file }) => own.some((section) => section.file === file))) return heir;
  return {
    ...heir,
    steps: heir.steps.map((step) => (step.kind === 'section' ? withFile(step, makers) : step)),
  };
}

function sectionsOf({ steps }: JobRecord): readonly SectionStep[] {
  return steps.flatMap((step) => (step.kind === 'section' ? [step] : []));
}

function withFile(section: SectionStep, makers: readonly SectionStep[]): SectionStep {
  const maker = makers.find(({ file }) => file === section.file);
  if (maker === undefined) return section;
  const madeDirectories = Math.max(section.madeDirectories, maker.madeDirectories);
  return { ...section, madeFile: true, madeDirectories };
}
