/** The endpoint's one path. */
export const ENDPOINT_PATH = '/credentials';

/** The file with the token that clients send. It lies beside the state. */
export const TOKEN_FILE = 'endpoint-token';

/** The file with GitHub's token, which the container's SDK reads, in a directory of its own. */
export const WEB_IDENTITY_FILE = 'web-identity-token';
