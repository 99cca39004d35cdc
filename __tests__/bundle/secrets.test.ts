import type { StepResult } from '../../sandbox/runner/job.js';
import { ACTION, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { KNOWN_TOKEN, SCENARIOS, type Scenario } from '../support/secret-scenarios.js';
import { linesBeforeMask, maskedBy, rendered, tokenParts, visiblePieces } from '../support/secrets.js';

const sandbox = sharedCloud();

/** What the steps of a scenario's job did. */
interface Played {
  readonly main: StepResult;
  readonly posts: readonly StepResult[];
  /** What a user sees of the action and of everything after it. */
  readonly log: string;
}

async function play({ inputs, run, env, token, sts = [], before }: Scenario): Promise<Played> {
  const job = startJob(sandbox.cloud, { debug: true, ...(run && { run }), ...(env && { env }) });
  before?.(job);
  if (token) sandbox.cloud.fault('token', token);
  for (const fault of sts) sandbox.cloud.fault('sts', fault);
  const main = await job.uses(ACTION, inputs);
  // Its heading shows the variables the action exported. Those the job had from the start are the job's own affair.
  const later = env ? [] : [await job.run('true', [], { if: 'always()' })];
  const posts = await job.end();
  // The first heading repeats `with:` and `env:`, which GitHub masks because they come from its own secrets.
  const start = main.log.findIndex((line) => !/^(▼|with:|env:| {2})/.test(line));
  const seen = [main.log.slice(start), ...[...later, ...posts].map(({ log }) => log)];
  return { main, posts, log: seen.flat().join('\n') };
}

/** What the scenario was given, what was minted, and what was masked. */
function secretsOf(scenario: Scenario, main: StepResult, first: number): readonly string[] {
  const minted = sandbox.cloud.requests
    .slice(first)
    .flatMap(({ params }) => (params['WebIdentityToken'] ? tokenParts(params['WebIdentityToken']) : []));
  const known = (scenario.secrets ?? []).flatMap((secret) =>
    secret === KNOWN_TOKEN ? tokenParts(secret) : [secret],
  );
  const exported = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'].flatMap(
    (name) => main.exported[name] || [],
  );
  return [...new Set([...minted, ...known, ...exported])];
}

describe('with step debugging on, no secret, token or piece of one is visible', () => {
  it.each(Object.entries(SCENARIOS))('%s', async (_, scenario) => {
    const first = sandbox.cloud.requests.length;
    const { main, posts, log } = await play(scenario);
    expect([main, ...posts].map(({ conclusion }) => conclusion)).toEqual([scenario.ends, 'success']);
    const hidden = new Set([main, ...posts].flatMap(maskedBy));
    for (const secret of secretsOf(scenario, main, first)) {
      expect({ inLog: visiblePieces(log, secret) }).toEqual({ inLog: [] });
      expect({ beforeMask: linesBeforeMask(main.stdout, secret) }).toEqual({ beforeMask: [] });
      expect({ inSummary: visiblePieces(rendered(main.files.summary), secret) }).toEqual({ inSummary: [] });
      if (scenario.inputs['output-credentials'] === undefined)
        expect({ inOutputs: visiblePieces(main.files.output, secret) }).toEqual({ inOutputs: [] });
      const isSaved = visiblePieces(main.files.state, secret).length > 0;
      expect({ secret, savedUnmasked: isSaved && !hidden.has(secret) }).toEqual({
        secret,
        savedUnmasked: false,
      });
    }
    expect([main.stderr, ...posts.map((post) => post.stderr)]).toEqual(['', '']);
  });
});
