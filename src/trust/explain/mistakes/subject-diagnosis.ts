import type { Subject } from '../../oidc/subject.js';
import type { FailedCondition, Reason } from '../failure.js';

/**
 * Recognises a mistake in the part of a subject after the repository. `got` is the token's whole subject, which a fix
 * may name.
 */
export type SubjectDiagnosis = (failed: FailedCondition, got: string, subject: Subject) => Reason | undefined;
