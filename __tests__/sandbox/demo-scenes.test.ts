import { parseOptions, USAGE } from '../../sandbox/demo/options.js';
import { SCENES } from '../../sandbox/demo/scenes.js';
import { sharedCloud } from '../support/cloud.js';
import { runAction } from '../support/run-action.js';

const shared = sharedCloud();

/** An assertion brings the session's name. */
const nameOf = (scene: string): string => (scene === 'saml' ? 'octocat' : 'GitHubActions');

describe('a scene of the demo', () => {
  it.each(SCENES.map((scene) => [scene.name, scene] as const))(
    '%s ends with a session of its role, and is in the help',
    async (name, scene) => {
      const inputs = { 'aws-region': 'eu-central-1', ...(await scene.inputs(shared.cloud)) };
      const outcome = await runAction(inputs, { cloud: shared.cloud });
      expect(outcome.error).toBeUndefined();
      const session = scene.role.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/');
      expect(outcome.entries('output')['authenticated-arn']).toBe(`${session}/${nameOf(name)}`);
      expect(USAGE).toContain(`  ${name} `);
      expect(USAGE).toContain(scene.summary);
      expect(parseOptions([name])).toMatchObject({ scene, isTour: false });
      for (const secret of scene.secrets ?? []) expect(Object.keys(inputs)).toContain(secret);
    },
  );

  it.each([[['nobody']], [['keys', 'mfa']], [['keys', '--role', 'other']]])('%j is an error', (args) => {
    expect(() => parseOptions(args)).toThrow();
  });
});
