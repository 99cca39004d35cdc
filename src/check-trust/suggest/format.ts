import { providerPath } from '../../trust/oidc/issuer.js';
import { USUAL_AUDIENCE } from '../../trust/reach/token-grammar.js';
import type { SuggestedPolicy } from './policy.js';

/** What is written of a suggestion beside its conditions. */
export interface Deployment {
  /** Twelve digits. Undefined: whichever the role is deployed to. */
  readonly account: string | undefined;
  readonly roleName: string | undefined;
}

/** Writes a policy as the text of a file, and says what must be known of it. */
export interface Format {
  /** The options that it has a place for. */
  readonly takes: readonly (keyof Deployment)[];
  /** Whether what reads the file hands names on to IAM as they are, which takes none beyond U+00FF. */
  readonly isUnescaped: boolean;
  write(suggested: SuggestedPolicy, deployment: Deployment): string;
}

/** The issuer's address, as the provider in IAM has it. */
export function providerUrl({ home }: SuggestedPolicy): string {
  return `https://${providerPath(home.issuer)}`;
}

export const CLIENT_ID = USUAL_AUDIENCE;
