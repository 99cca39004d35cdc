import type { Run } from '../../sandbox/github/run.js';

/** A refusal that somebody met and asked about, and what it took to meet it again. */
export interface RefusedRun {
  readonly title: string;
  /** The thread it comes from. */
  readonly thread: string;
  readonly run: Run;
  readonly inputs?: Readonly<Record<string, string>>;
  /** `ISSUER` stands for the issuer's name. */
  readonly statement: object;
  /** The role is in an account without OIDC provider. */
  readonly withoutProvider?: true;
  /** The role is the second hop. */
  readonly isChained?: true;
}

const THREADS = 'https://github.com/aws-actions/configure-aws-credentials/issues';
const PROVIDER = 'arn:aws:iam::111122223333:oidc-provider/ISSUER';
const AUD = { 'ISSUER:aud': 'sts.amazonaws.com' };

function trusting(condition: object, more: object = {}): object {
  return {
    Effect: 'Allow',
    Principal: { Federated: PROVIDER },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: condition,
    ...more,
  };
}

const LEGACY: Run = { legacySubject: true };

export const REFUSALS: readonly RefusedRun[] = [
  {
    title: 'The repository was renamed, and its subjects have ids now',
    thread: `${THREADS}/1938`,
    run: {},
    statement: trusting({ StringEquals: AUD, StringLike: { 'ISSUER:sub': 'repo:octo-org/*' } }),
  },
  {
    title: 'The job names an environment',
    thread: `${THREADS}/452`,
    run: { ...LEGACY, environment: 'production' },
    statement: trusting({
      'ForAllValues:StringEquals': AUD,
      'ForAllValues:StringLike': { 'ISSUER:sub': 'repo:octo-org/*:ref:refs/heads/*' },
    }),
  },
  {
    title: 'A star in StringEquals',
    thread: `${THREADS}/1137`,
    run: LEGACY,
    statement: trusting({ StringEquals: { 'ISSUER:sub': 'repo:octo-org/*', ...AUD } }),
  },
  {
    title: "The owner's name in another case",
    thread: `${THREADS}/1100`,
    run: LEGACY,
    statement: trusting({ StringEquals: AUD, StringLike: { 'ISSUER:sub': 'repo:Octo-Org/octo-repo:*' } }),
  },
  {
    title: 'The policy ends after the repository',
    thread: 'https://github.com/ministryofjustice/modernisation-platform/issues/3909',
    run: { ...LEGACY, event: 'pull_request' },
    statement: trusting({ StringLike: { 'ISSUER:sub': 'repo:octo-org/octo-repo', ...AUD } }),
  },
  {
    title: 'A condition on the issuer, which AWS does not evaluate',
    thread: `${THREADS}/672`,
    run: { ...LEGACY, environment: 'dev' },
    statement: trusting({
      StringEquals: {
        'ISSUER:sub': 'repo:octo-org/octo-repo:environment:dev',
        'ISSUER:iss': 'https://ISSUER',
        ...AUD,
      },
    }),
  },
  {
    title: "The audience of GitHub's own example",
    thread: `${THREADS}/317`,
    run: LEGACY,
    statement: trusting({
      StringEquals: {
        'ISSUER:aud': 'https://github.com/octo-org',
        'ISSUER:sub': 'repo:octo-org/octo-repo:ref:refs/heads/main',
      },
    }),
  },
  {
    title: 'A subject that the organisation has customised',
    thread: 'https://github.com/ministryofjustice/modernisation-platform/pull/9766',
    run: { claims: { sub: 'repo:octo-org/octo-repo:ref:refs/heads/main:workflow:deploy' } },
    statement: trusting({
      StringEquals: { ...AUD, 'ISSUER:sub': 'repo:octo-org/octo-repo:ref:refs/heads/main' },
    }),
  },
  {
    title: "The token's audience is not among the provider's client ids",
    thread: `${THREADS}/775`,
    run: LEGACY,
    inputs: { audience: 'sigstore' },
    statement: trusting({ StringEquals: AUD, StringLike: { 'ISSUER:sub': 'repo:octo-org/octo-repo:*' } }),
  },
  {
    title: "An OIDC provider with the issuer's former name",
    thread: `${THREADS}/280`,
    run: LEGACY,
    withoutProvider: true,
    statement: trusting(
      { StringLike: { 'vstoken.actions.githubusercontent.com:sub': 'repo:octo-org/octo-repo:*' } },
      {
        Principal: {
          Federated: 'arn:aws:iam::444455556666:oidc-provider/vstoken.actions.githubusercontent.com',
        },
      },
    ),
  },
  {
    title: 'The second role of a chain, asked for with the token',
    thread: `${THREADS}/391`,
    run: LEGACY,
    statement: {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:role/hub' },
      Action: 'sts:AssumeRole',
    },
  },
  {
    title: 'Session tags without sts:TagSession',
    thread: 'https://github.com/binbashar/le-tf-infra-aws/pull/1079',
    run: LEGACY,
    isChained: true,
    statement: {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:role/hub' },
      Action: 'sts:AssumeRole',
    },
  },
];
