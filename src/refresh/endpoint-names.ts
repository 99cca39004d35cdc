/** The endpoint's one path. */
export const ENDPOINT_PATH = '/credentials';

/** The file with the token that clients send. It lies beside the state. */
export const TOKEN_FILE = 'endpoint-token';
