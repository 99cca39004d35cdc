import type { Diagnosis } from '../failure.js';
import { absentKey } from './absent-key.js';
import { audience } from './audience.js';
import { callingWorkflow } from './calling-workflow.js';
import { claimNotEvaluated } from './claim-not-evaluated.js';
import { externalId } from './external-id.js';
import { letterCase } from './letter-case.js';
import { mergeQueue } from './merge-queue.js';
import { noValue } from './no-value.js';
import { otherIds } from './other-ids.js';
import { otherIssuer } from './other-issuer.js';
import { renamedRepository } from './renamed-repository.js';
import { runOfAnother } from './run-of-another.js';
import { shortRef } from './short-ref.js';
import { starInEquals } from './star-in-equals.js';
import { subjectMistake } from './subject.js';
import { whiteSpace } from './white-space.js';

/** The well-known mistakes, in the order in which they are looked for: the first that fits is the reason. */
export const MISTAKES: readonly Diagnosis[] = [
  otherIssuer,
  claimNotEvaluated,
  externalId,
  absentKey,
  noValue,
  starInEquals,
  letterCase,
  whiteSpace,
  mergeQueue,
  runOfAnother,
  renamedRepository,
  subjectMistake,
  shortRef,
  callingWorkflow,
  audience,
  otherIds,
];
