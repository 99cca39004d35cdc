import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { incompatibleEndpointInputs } from '../../../src/refresh/endpoint-inputs.js';
import { temporaryDirectory } from '../../support/files.js';

const INPUTS = { 'refresh-credentials': true, 'output-env-credentials': undefined };

describe('a credential endpoint', () => {
  it.each([
    [{}, {}, []],
    [{ 'refresh-credentials': undefined }, {}, [/requires refresh-credentials: true/]],
    [{ 'output-env-credentials': false }, {}, [/output-env-credentials: false/]],
    [{}, { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '' }, [/AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is set/]],
    [{}, { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/var/run/secrets/token' }, []],
    [{}, { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/none/endpoint-token' }, []],
  ])('with %j and %j', async (inputs, env, problems) => {
    const found = await incompatibleEndpointInputs({ ...INPUTS, ...inputs }, env);
    expect(found).toEqual(problems.map((problem) => expect.stringMatching(problem)));
  });

  it('is one a job as long as it serves', async () => {
    const directory = temporaryDirectory();
    mkdirSync(directory, { recursive: true });
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    writeFileSync(join(directory, 'endpoint-process.json'), JSON.stringify({ pid: process.pid, port }));
    const env = { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(directory, 'endpoint-token') };
    expect(await incompatibleEndpointInputs(INPUTS, env)).toEqual([
      expect.stringContaining('an earlier step of this job has started one already'),
    ]);
    await new Promise((resolve) => server.close(resolve));
    expect(await incompatibleEndpointInputs(INPUTS, env)).toEqual([]);
  });
});
