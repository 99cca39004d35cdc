import { lab as assumeARole } from './01-assume-a-role/lab.js';
import { lab as externalId } from './02-external-id/lab.js';
import { lab as sessionTags } from './04-session-tags/lab.js';
import { lab as revokeSessions } from './07-revoke-sessions/lab.js';
import type { Lab } from './engine/lab.js';

/** All labs, in order. */
export const LABS: readonly Lab[] = [assumeARole, externalId, sessionTags, revokeSessions];
