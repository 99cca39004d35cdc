/** A refusal by STS or IAM: the code on the wire, its HTTP status and AWS's message. */
export class StsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Why, for those who look at the sandbox: AWS does not say. */
  why: readonly string[] = [];

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = 'StsError';
    this.code = code;
    this.status = status;
  }
}

/** 400 ValidationError with this message. */
export function validationError(message: string): StsError {
  return new StsError('ValidationError', 400, message);
}

/** 400 InvalidParameterValue with this message. */
export function invalidParameterValue(message: string): StsError {
  return new StsError('InvalidParameterValue', 400, message);
}

/** 400 InvalidIdentityToken with this message. */
export function invalidIdentityToken(message: string): StsError {
  return new StsError('InvalidIdentityToken', 400, message);
}

/** 403 AccessDenied as AWS words it for a token or an assertion, where it names neither caller nor role. `reason` begins with a blank. */
export function federatedDenied(action: string, reason = ''): StsError {
  return new StsError('AccessDenied', 403, `Not authorized to perform ${action}${reason}`);
}

/** 403 AccessDenied as AWS words it for a signed caller. `reason` begins with a blank. */
export function callerDenied(callerArn: string, action: string, resourceArn: string, reason = ''): StsError {
  return new StsError(
    'AccessDenied',
    403,
    `User: ${callerArn} is not authorized to perform: ${action} on resource: ${resourceArn}${reason}`,
  );
}
