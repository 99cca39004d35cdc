import type { Tag } from '../inputs/custom-tags.js';

/** One role to assume, in full: every default has been applied. */
export interface Hop {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds: number;
  /** This and the next four are parameters of AssumeRole alone. */
  readonly externalId?: string | undefined;
  readonly mfa?: Mfa | undefined;
  readonly sourceIdentity?: string | undefined;
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
  readonly policy?: string | undefined;
  readonly policyArns: readonly string[];
}

/** A device and the code it shows; STS takes each code once. */
export interface Mfa {
  readonly serialNumber: string;
  readonly tokenCode: string;
}

/** A federated user to get a session for. */
export interface Federation {
  readonly name: string;
  readonly durationSeconds: number;
  readonly tags: readonly Tag[];
  readonly policy?: string | undefined;
  readonly policyArns: readonly string[];
}
