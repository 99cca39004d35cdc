import { parse } from 'yaml';
import { type Mapping, mappingAt } from './mapping.js';
import { usesOf } from './repository.js';

export { type Mapping, mappingAt };

/** A job of a documented workflow, as far as a run of its steps of this action needs it. */
export interface WorkflowJob {
  readonly environment: string | undefined;
  /** Whether the job may ask GitHub for a token. */
  readonly idToken: boolean;
  /** The steps of this action alone. */
  readonly steps: readonly { readonly inputs: Readonly<Record<string, string>> }[];
}

/** The jobs of a workflow that use this action. */
export function jobsOf(text: string): readonly WorkflowJob[] {
  const workflow = mappingAt(parse(text));
  const jobs = Object.values(mappingAt(workflow['jobs'])).map(mappingAt);
  return jobs
    .map(({ environment, permissions, steps }) => ({
      environment: typeof environment === 'string' ? environment : undefined,
      idToken: mappingAt(permissions ?? workflow['permissions'])['id-token'] === 'write',
      steps: (Array.isArray(steps) ? steps : [])
        .map(mappingAt)
        .filter(({ uses }) => uses === usesOf())
        .map((step) => ({ inputs: texts(mappingAt(step['with'])) })),
    }))
    .filter(({ steps }) => steps.length > 0);
}

function texts(mapping: Mapping): Record<string, string> {
  return Object.fromEntries(Object.entries(mapping).map(([name, value]) => [name, String(value)]));
}

/** Puts values in the place of expressions. Throws for one that has no value. */
export function evaluated(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const value = values[expression];
    if (value === undefined) throw new Error(`There is no value for ${expression}`);
    return value;
  });
}
