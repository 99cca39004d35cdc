import { lab as assumeARole } from './01-assume-a-role/lab.js';
import { lab as externalId } from './02-external-id/lab.js';
import { lab as mfa } from './03-mfa/lab.js';
import { lab as sessionTags } from './04-session-tags/lab.js';
import { lab as podRole } from './05-pod-role/lab.js';
import { lab as onlyMain } from './06-only-main/lab.js';
import { lab as revokeSessions } from './07-revoke-sessions/lab.js';
import { lab as whyRefused } from './08-why-refused/lab.js';
import { lab as twoAccounts } from './09-two-accounts/lab.js';
import type { Lab } from './engine/lab.js';

/** All labs, in order. */
export const LABS: readonly Lab[] = [
  assumeARole,
  externalId,
  mfa,
  sessionTags,
  podRole,
  onlyMain,
  revokeSessions,
  whyRefused,
  twoAccounts,
];
