import { quote } from '../../../core/text.js';
import type { Claims } from '../../oidc/claims.js';
import type { Diagnosis } from '../failure.js';

/** How to see what a repository's subjects are made of. */
export function howToSeeTemplate({ repository }: Claims): string {
  const name =
    typeof repository === 'string' && /^[\w.-]+\/[\w.-]+$/.test(repository) ? repository : 'OWNER/NAME';
  return `gh api repos/${name}/actions/oidc/customization/sub shows what the subject is made of.`;
}

/** What a part of a customised subject begins with, and never one of GitHub's own form. */
const CUSTOM_KEY =
  /(?:^|:)(repository|repository_id|repository_owner|repository_owner_id|repository_visibility|job_workflow_ref|workflow|workflow_ref|actor|actor_id|event_name|runner_environment|enterprise|enterprise_id|ref_type|repo_property_\w+):/;

/** The policy is written for a customised subject, and the token has GitHub's own form. */
export const subjectTemplate: Diagnosis = ({ wanted, actual: [got = ''] = [] }, { claims }) => {
  const isFirst = (text: string): boolean => /^(environment|context|ref):/.test(text);
  const keys = wanted.map(
    (text) => CUSTOM_KEY.exec(text)?.[1] ?? (isFirst(text) ? text.split(':')[0] : undefined),
  );
  const [key] = keys;
  if (key === undefined || keys.includes(undefined)) return undefined;
  return {
    id: 'default-subject',
    why: `The policy is written for a customised subject, with ${quote(key)} in it, and this token's subject has GitHub's default form.`,
    fix: `Customise the repository's subject (include_claim_keys), or use ${quote(got)}. ${howToSeeTemplate(claims)}`,
  };
};
