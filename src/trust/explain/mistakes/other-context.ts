import { formatList, quote } from '../../../core/text.js';
import type { SubjectDiagnosis } from './subject-diagnosis.js';

/** Another environment, or another ref. */
export const otherContext: SubjectDiagnosis = ({ wanted }, got, { context }) => {
  if (context.kind === 'pull-request') return undefined;
  const isRef = context.kind === 'ref';
  const names = formatList(
    namesAfter(context.kind, wanted).map((name) => quote(name, 120)),
    'or',
  );
  const add = `dd ${quote(got)} to the values.`;
  const run = isRef ? `Run the job on ${names}` : `Run the job in the environment ${names}`;
  return {
    id: isRef ? 'other-ref' : 'other-environment',
    why: isRef
      ? `The run is for ${quote(context.ref)}.`
      : `The job runs in the environment ${quote(context.environment)}.`,
    fix: names === '' ? `A${add}` : `${run}, which the policy names, or a${add}`,
  };
};

/** What the wanted subjects end in after `ref` or `environment`. */
export function namesAfter(kind: 'ref' | 'environment', wanted: readonly string[]): readonly string[] {
  return wanted.flatMap((text) => {
    const [, end] = text.split(`:${kind}:`, 2);
    return end === undefined ? [] : [end.replaceAll('%3A', ':')];
  });
}
