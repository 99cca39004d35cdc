/** The release, as package.json has it; scripts/set-version.mjs writes both. What the action calls itself has it, too. */
export const VERSION = '1.0.0';

/** The user agent of requests to GitHub and Cognito, and a part of that to STS. */
export const USER_AGENT = `assume-aws-role/${VERSION}`;
