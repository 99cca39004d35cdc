/** A refusal by Cognito: the exception's name and AWS's message. All of them are HTTP 400. */
export class CognitoError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.name = 'CognitoError';
    this.type = type;
  }
}

/** NotAuthorizedException with this message. */
export function notAuthorized(message: string): CognitoError {
  return new CognitoError('NotAuthorizedException', message);
}

/** ResourceNotFoundException with this message. */
export function notFound(message: string): CognitoError {
  return new CognitoError('ResourceNotFoundException', message);
}
