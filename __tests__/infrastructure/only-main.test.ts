import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { HOST } from '../../e2e/infrastructure/cases.js';
import { readTemplate, withParameters } from '../../e2e/infrastructure/template.js';
import { findIn, shortOf } from '../support/found-policies.js';
import { page, ROOT } from '../support/pages.js';
import { REPOSITORY } from '../support/repository.js';
import { mappingAt } from '../support/workflow-steps.js';

const { fences } = page('docs/only-main.md');
const fence = (language: string): string => fences.find((one) => one.language === language)?.text ?? '';

describe('docs/only-main.md', () => {
  it('shows the trust policy that deploy-role makes', async () => {
    const one = {
      title: 'the deploy workflow',
      template: 'deploy-role',
      parameters: {
        OidcProviderArn: `arn:aws:iam::111122223333:oidc-provider/${HOST}`,
        RepositoryOwner: 'octo-org',
        RepositoryName: 'octo-repo',
        OwnerId: '65',
        RepositoryId: '74',
        Environment: 'production',
        CalledWorkflow: `${REPOSITORY.slug}/.github/workflows/deploy.yml@refs/tags/v1`,
      },
    };
    const files = {
      'template.yaml': withParameters(readTemplate(ROOT, one.template), one),
      'page.json': fence('json'),
    };
    const { policies } = await findIn(files, 'template.yaml', 'page.json');
    const [made, shown] = policies.map(({ policy }) => [...shortOf(policy)].sort());
    expect(shown?.length).toBe(7);
    expect(shown).toEqual(made);
  });

  it('calls the deploy workflow with inputs that it has, and all that it requires', () => {
    const workflow = mappingAt(parse(readFileSync(join(ROOT, '.github', 'workflows', 'deploy.yml'), 'utf8')));
    const inputs = mappingAt(mappingAt(mappingAt(workflow['on'])['workflow_call'])['inputs']);
    const required = Object.keys(inputs).filter((name) => mappingAt(inputs[name])['required'] === true);
    const caller = mappingAt(mappingAt(mappingAt(parse(fence('yaml')))['jobs'])['deploy']);
    expect(caller['uses']).toBe(`${REPOSITORY.slug}/.github/workflows/deploy.yml@v1`);
    const given = Object.keys(mappingAt(caller['with']));
    expect(required.filter((name) => !given.includes(name))).toEqual([]);
    expect(given.filter((name) => !(name in inputs))).toEqual([]);
  });
});
