import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPolicies } from '../../src/check-trust/sources/find-policies.js';
import type { TrustPolicy } from '../../src/trust/language/policy.js';
import { type Home, QUESTIONS } from '../../src/trust/reach/question.js';
import { ReachAnalysis } from '../../src/trust/reach/reach.js';

/** One question to one policy. */
export interface Measured {
  readonly file: string;
  readonly question: string;
  readonly answer: string;
  readonly because: string;
  readonly ms: number;
}

/** Asks every question of every policy in the files of a directory, which are named `OWNER+REPOSITORY--FILE`. */
export async function measurePolicies(directory: string): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const file of readdirSync(directory).sort()) {
    const policies = await policiesIn(readFileSync(join(directory, file), 'utf8'));
    for (const policy of policies) measured.push(...measure(file, policy));
  }
  return measured;
}

/** The policies of a file; none where it is one of another kind, or broken. */
async function policiesIn(text: string): Promise<readonly TrustPolicy[]> {
  try {
    return (await findPolicies({ path: 'policy', text })).policies.map(({ policy }) => policy);
  } catch {
    return [];
  }
}

/** Asks every question of a policy. */
export function measure(file: string, policy: TrustPolicy): readonly Measured[] {
  const now = (): number => performance.now();
  const analysis = new ReachAnalysis(policy, { now });
  const home = homeOf(file, policy);
  return QUESTIONS.flatMap((question) => {
    const before = now();
    const answer = analysis.ask(home, question);
    const ms = now() - before;
    return answer === undefined
      ? []
      : [{ file, question, ms, answer: answer.answer, because: answer.because }];
  });
}

/** The repository that the policy names first, else the one that the file comes from. */
function homeOf(file: string, policy: TrustPolicy): Home {
  const values = policy.statements.flatMap(({ conditions }) => conditions.flatMap((one) => one.values));
  const found = values.flatMap(({ text }) => /^repo:([\w.-]+\/[\w.-]+):/.exec(text)?.[1] ?? [])[0];
  const [repository = ''] = file.split('--');
  return {
    repository: found ?? repository.replace('+', '/'),
    ownerId: '1',
    repositoryId: '2',
    environments: ['production'],
  };
}
