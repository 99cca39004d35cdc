import { listed, quote } from '../../../text.js';
import { hasWildcard } from '../../evaluate/pattern.js';
import { escapeColons, type Subject } from '../../oidc/subject.js';
import type { FailedCondition, Reason } from '../failure.js';
import { wouldMatch } from './values.js';

/** A classic of the subject's part after the repository. `use` is the whole subject that a fix may name. */
type ContextClassic = (failed: FailedCondition, use: string, subject: Subject) => Reason | undefined;

const IN_ORDER: readonly ContextClassic[] = [
  escapedColon,
  noContext,
  environmentForRef,
  refForEnvironment,
  pullRequestForRef,
  refShortened,
  otherContext,
];

/** Why the part of a subject after the repository is not the wanted one. */
export function contextClassic(
  ...[failed, use, subject]: Parameters<ContextClassic>
): ReturnType<ContextClassic> {
  for (const classic of IN_ORDER) {
    const reason = classic(failed, use, subject);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function escapedColon(failed: FailedCondition, use: string): Reason | undefined {
  const unescaped = (text: string): string => text.replaceAll('%3A', ':');
  if (!use.includes('%3A') || wouldMatch(failed, same, unescaped) === undefined) return undefined;
  return {
    id: 'escaped-colon',
    why: 'A colon inside a value is written as %3A in the subject.',
    fix: `Use ${quote(use)}.`,
  };
}

function noContext(failed: FailedCondition, use: string, { context }: Subject): Reason | undefined {
  const isShort = failed.wanted.some(
    (one) => wouldMatch({ ...failed, wanted: [`${one.replace(/:$/, '')}:*`] }, same) !== undefined,
  );
  if (!isShort) return undefined;
  return {
    id: 'subject-goes-on',
    why: 'The policy ends after the repository, but the subject goes on with the ref, the environment or pull_request; the whole of it is compared.',
    fix: context.kind === 'pull-request' ? onPush(use) : `Use ${quote(use)}.`,
  };
}

function environmentForRef(failed: FailedCondition, use: string, { context }: Subject): Reason | undefined {
  if (context.kind !== 'environment' || !failed.wanted.some((text) => /:ref:/.test(text))) return undefined;
  return {
    id: 'environment-replaces-ref',
    why: 'The job names an environment, and then the subject ends in it instead of the ref.',
    fix: `Use ${quote(use)}, and a condition on the key ref if the branch matters; or take environment: from the job.`,
  };
}

function refForEnvironment(failed: FailedCondition, _use: string, { context }: Subject): Reason | undefined {
  const [name] = endsAfter('environment', failed);
  if (context.kind === 'environment' || name === undefined) return undefined;
  return {
    id: 'environment-missing',
    why: 'The policy wants a job in an environment, and this job names none.',
    fix: hasWildcard(name)
      ? `Give the job an environment: whose name fits ${quote(name)}.`
      : `Give the job environment: ${quote(name)}.`,
  };
}

function pullRequestForRef(failed: FailedCondition, use: string, { context }: Subject): Reason | undefined {
  if (context.kind !== 'pull-request' || failed.wanted.some((text) => /:pull_request$/.test(text)))
    return undefined;
  return {
    id: 'pull-request',
    why: 'The run is one of a pull request, whose subject ends in pull_request and names no branch.',
    fix: onPush(use),
  };
}

function refShortened(failed: FailedCondition, use: string, { context }: Subject): Reason | undefined {
  if (context.kind !== 'ref') return undefined;
  const branch = escapeColons(context.ref.replace(/^refs\/(heads|tags)\//, ''));
  const short = failed.wanted.find((text) => text.endsWith(`:${branch}`) || text.endsWith(`:ref:${branch}`));
  if (short === undefined) return undefined;
  return {
    id: 'ref-shortened',
    why: 'The subject has the whole ref, with refs/heads/ or refs/tags/ before the name.',
    fix: `Use ${quote(use)}.`,
  };
}

function otherContext(failed: FailedCondition, use: string, { context }: Subject): Reason | undefined {
  const add = `add ${quote(use)} to the values.`;
  if (context.kind === 'environment') {
    const named = inWords(endsAfter('environment', failed));
    return {
      id: 'other-environment',
      why: `The job runs in the environment ${quote(context.environment)}.`,
      fix:
        named === ''
          ? capital(add)
          : `Run the job in the environment ${named} that the policy names, or ${add}`,
    };
  }
  if (context.kind !== 'ref') return undefined;
  const named = inWords(endsAfter('ref', failed));
  return {
    id: 'other-ref',
    why: `The run is for ${quote(context.ref)}.`,
    fix: named === '' ? capital(add) : `Run the job on ${named} that the policy names, or ${add}`,
  };
}

/** What the wanted subjects end in after `ref` or `environment`. */
function endsAfter(kind: 'ref' | 'environment', { wanted }: FailedCondition): readonly string[] {
  return wanted.flatMap((text) => {
    const [, end] = text.split(`:${kind}:`, 2);
    return end === undefined ? [] : [end.replaceAll('%3A', ':')];
  });
}

function inWords(names: readonly string[]): string {
  return listed(
    names.map((name) => quote(name, 120)),
    'or',
  );
}

function onPush(use: string): string {
  return `Run the job on push, or, for a role that only reads, allow ${quote(use)}.`;
}

const capital = (text: string): string => text.replace(/^./, (char) => char.toUpperCase());
const same = (text: string): string => text;
