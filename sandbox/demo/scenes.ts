import type { Cloud } from '../cloud.js';

/** A way to an identity that the demo can show. */
export interface Scene {
  readonly name: string;
  /** What `--help` says of it. */
  readonly summary: string;
  /** The inputs of the step, but for the Region. */
  inputs(cloud: Pick<Cloud, 'mfaCode' | 'samlAssertion'>): Promise<Readonly<Record<string, string>>>;
  /** Which of them are secrets of the repository. */
  readonly secrets?: readonly string[];
  /** The role that the job ends up with. */
  readonly role: string;
}

const PRODUCTION = 'arn:aws:iam::111122223333';
const STAGING = 'arn:aws:iam::444455556666';
const HUB = 'arn:aws:iam::222233334444:role/hub-deploy';
const DEVICE = `${PRODUCTION}:mfa/legacy-deployer`;
const KEY_SECRETS = ['aws-access-key-id', 'aws-secret-access-key'];

/** AWS's documentation keys, which sandbox/cloud.json gives to a user. */
const KEYS = {
  'aws-access-key-id': 'AKIAIOSFODNN7EXAMPLE',
  'aws-secret-access-key': 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

/** All of them, in the order of `--help`. */
export const SCENES: readonly Scene[] = [
  {
    name: 'keys',
    summary: "a user's access keys assume the role",
    role: `${PRODUCTION}:role/access-key-deploy`,
    secrets: KEY_SECRETS,
    async inputs() {
      return { 'role-to-assume': this.role, ...KEYS };
    },
  },
  {
    name: 'mfa',
    summary: 'the same, for a role that wants an MFA code',
    role: `${PRODUCTION}:role/mfa-deploy`,
    secrets: KEY_SECRETS,
    async inputs(cloud) {
      const mfa = { 'mfa-serial-number': DEVICE, 'mfa-token-code': cloud.mfaCode(DEVICE) };
      return { 'role-to-assume': this.role, ...KEYS, ...mfa };
    },
  },
  {
    name: 'external-id',
    summary: 'the same, for a role that wants an external ID',
    role: `${PRODUCTION}:role/external-id`,
    secrets: KEY_SECRETS,
    async inputs() {
      return { 'role-to-assume': this.role, ...KEYS, 'role-external-id': 'example-external-id' };
    },
  },
  {
    name: 'chain',
    summary: 'a hub role, and from it a role of another account',
    role: `${STAGING}:role/spoke-deploy`,
    async inputs() {
      return { 'role-to-assume': HUB, 'role-chain': this.role };
    },
  },
  {
    name: 'tags',
    summary: 'a chain to a role that wants a session tag',
    role: `${STAGING}:role/team-deploy`,
    async inputs() {
      return { 'role-to-assume': HUB, 'role-chain': this.role, 'custom-tags': '{"Team": "platform"}' };
    },
  },
  {
    name: 'saml',
    summary: 'an assertion of a SAML identity provider',
    role: `${PRODUCTION}:role/saml-deploy`,
    secrets: ['saml-assertion'],
    async inputs(cloud) {
      const saml = { 'saml-provider-arn': `${PRODUCTION}:saml-provider/octo-idp` };
      return { 'role-to-assume': this.role, 'saml-assertion': await cloud.samlAssertion(), ...saml };
    },
  },
  {
    name: 'cognito',
    summary: "a Cognito identity pool, which turns GitHub's claims into session tags",
    role: `${PRODUCTION}:role/abac-deploy`,
    async inputs() {
      const pool = 'us-east-1:1a2b3c4d-5e6f-4a1b-8c2d-111122223333';
      return { 'role-to-assume': this.role, 'cognito-identity-pool-id': pool };
    },
  },
];
