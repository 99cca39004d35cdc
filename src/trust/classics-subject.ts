import { quote } from '../text.js';
import { wouldMatch } from './classics-value.js';
import type { Classic, FailedCondition, Reason } from './failure.js';
import { matchesPattern } from './pattern.js';
import { escapeColons, parseSubject, type Subject, withoutIds } from './subject.js';

/** A classic of the subject: what is wanted, what the token has, and that taken apart. */
type SubjectClassic = (failed: FailedCondition, got: string, subject: Subject) => Reason | undefined;

const IN_ORDER: readonly SubjectClassic[] = [
  idsMissing,
  idsUnexpected,
  escapedColon,
  otherRepository,
  noContext,
  environmentForRef,
  pullRequestForRef,
  refForEnvironment,
  refShortened,
  otherContext,
];

/** Why a subject is not the wanted one. */
export function subjectClassic(...[failed]: Parameters<Classic>): ReturnType<Classic> {
  const got = failed.actual?.[0];
  if (failed.claim.toLowerCase() !== 'sub' || failed.outcome !== 'mismatch' || got === undefined)
    return undefined;
  const subject = parseSubject(got);
  if (subject === undefined) return customised(failed, got);
  for (const classic of IN_ORDER) {
    const reason = classic(failed, got, subject);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function customised(failed: FailedCondition, got: string): Reason | undefined {
  if (!failed.wanted.some((text) => text.startsWith('repo:'))) return undefined;
  return {
    id: 'customised-subject',
    why: "The token's subject has not GitHub's default form: the repository or its organisation has customised it (include_claim_keys).",
    fix: `Write the condition for the form that is used: ${quote(got)}.`,
  };
}

function idsMissing(failed: FailedCondition, got: string, { ownerId }: Subject): Reason | undefined {
  if (ownerId === undefined) return undefined;
  const isNamed = isRepositoryOf(failed, got, withoutIds) && !isRepositoryOf(failed, got, same);
  if (!isNamed && wouldMatch(failed, same, withoutIds) === undefined) return undefined;
  return {
    id: 'immutable-subject',
    why: "The repository's subjects are of the immutable form, with the ids of owner and repository; the policy has the names alone. Repositories that were created, renamed or transferred after 15 July 2026 have it.",
    fix: `Use ${quote(got)}.`,
  };
}

function idsUnexpected(failed: FailedCondition, got: string, { ownerId }: Subject): Reason | undefined {
  if (ownerId !== undefined || wouldMatch(failed, withoutIds, same) === undefined) return undefined;
  return {
    id: 'legacy-subject',
    why: "The policy has the immutable form of the subject, with ids; this repository's subjects still have names alone.",
    fix: `Opt the repository in to immutable subjects, or use ${quote(got)}.`,
  };
}

function escapedColon(failed: FailedCondition, got: string): Reason | undefined {
  if (!got.includes('%3A') || wouldMatch(failed, same, (text) => text.replaceAll('%3A', ':')) === undefined) {
    return undefined;
  }
  return {
    id: 'escaped-colon',
    why: 'A colon inside a value is written as %3A in the subject.',
    fix: `Use ${quote(got)}.`,
  };
}

function otherRepository(failed: FailedCondition, got: string): Reason | undefined {
  if (isRepositoryOf(failed, got, withoutIds)) return undefined;
  return {
    id: 'other-repository',
    why: `The policy is for another repository; the token is one of ${quote(repositoryIn(got).slice(5, -1))}.`,
  };
}

/** Whether some wanted text may be about the token's repository, each changed in some way. */
function isRepositoryOf({ wanted }: FailedCondition, got: string, change: (text: string) => string): boolean {
  return wanted.some(
    (text) =>
      !text.startsWith('repo:') || matchesPattern(change(repositoryIn(text)), change(repositoryIn(got))),
  );
}

/** The part of a subject, or of a pattern of one, that names the repository: `repo:OWNER/NAME:`. */
function repositoryIn(text: string): string {
  return text.replace(/^(repo:[^:]*).*$/s, '$1:');
}

function noContext(failed: FailedCondition, got: string, { context }: Subject): Reason | undefined {
  const text = failed.wanted.find(
    (one) => wouldMatch({ ...failed, wanted: [`${one}:*`] }, same) !== undefined,
  );
  if (text === undefined) return undefined;
  return {
    id: 'subject-goes-on',
    why: 'The policy ends after the repository, but the subject goes on with the ref, the environment or pull_request; the whole of it is compared.',
    fix:
      context.kind === 'pull-request'
        ? `Run the job on push, or, for a role that only reads, allow ${quote(got)}.`
        : `Use ${quote(got)}.`,
  };
}

function environmentForRef(failed: FailedCondition, got: string, { context }: Subject): Reason | undefined {
  if (context.kind !== 'environment' || !failed.wanted.some((text) => /:ref:/.test(text))) return undefined;
  return {
    id: 'environment-replaces-ref',
    why: 'The job names an environment, and then the subject ends in it instead of the ref.',
    fix: `Use ${quote(got)}, and a condition on the key ref if the branch matters; or take environment: from the job.`,
  };
}

function pullRequestForRef(failed: FailedCondition, got: string, { context }: Subject): Reason | undefined {
  if (context.kind !== 'pull-request' || failed.wanted.some((text) => /:pull_request$/.test(text)))
    return undefined;
  return {
    id: 'pull-request',
    why: 'The run is one of a pull request, whose subject ends in pull_request and names no branch.',
    fix: `Run the job on push, or, for a role that only reads, allow ${quote(got)}.`,
  };
}

function refForEnvironment(failed: FailedCondition, _got: string, { context }: Subject): Reason | undefined {
  const wanted = failed.wanted.find((text) => /:environment:/.test(text));
  if (context.kind === 'environment' || wanted === undefined) return undefined;
  const name = /:environment:(.*)$/s.exec(wanted)?.[1] ?? '';
  return {
    id: 'environment-missing',
    why: 'The policy wants a job in an environment, and this job names none.',
    fix: `Give the job environment: ${quote(name)}.`,
  };
}

function refShortened(failed: FailedCondition, got: string, { context }: Subject): Reason | undefined {
  if (context.kind !== 'ref') return undefined;
  const branch = escapeColons(context.ref.replace(/^refs\/(heads|tags)\//, ''));
  const short = failed.wanted.find((text) => text.endsWith(`:${branch}`) || text.endsWith(`:ref:${branch}`));
  if (short === undefined) return undefined;
  return {
    id: 'ref-shortened',
    why: 'The subject has the whole ref, with refs/heads/ or refs/tags/ before the name.',
    fix: `Use ${quote(got)}.`,
  };
}

function otherContext(_failed: FailedCondition, _got: string, { context }: Subject): Reason | undefined {
  if (context.kind === 'environment') {
    return {
      id: 'other-environment',
      why: `The job runs in the environment ${quote(context.environment)}.`,
    };
  }
  return context.kind === 'ref'
    ? { id: 'other-ref', why: `The run is for ${quote(context.ref)}.` }
    : undefined;
}

const same = (text: string): string => text;
