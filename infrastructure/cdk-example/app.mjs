// Writes cdk.out/, without an account and without the network: `npm ci && npm run synth`.
import { App, Stack } from 'aws-cdk-lib';
import { DeployRole } from './deploy-role.mjs';

const app = new App({ analyticsReporting: false, outdir: process.argv[2] ?? 'cdk.out' });
const stack = new Stack(app, 'DeployRole');
new DeployRole(stack, 'Production', {
  owner: 'octo-org',
  ownerId: '65',
  repository: 'octo-repo',
  repositoryId: '74',
  environment: 'production',
  boundaryName: 'ci-boundary',
});
app.synth();
