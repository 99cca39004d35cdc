/** A refusal by KMS: the exception's name, its HTTP status and AWS's message. */
export class KmsError extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.name = 'KmsError';
    this.type = type;
    this.status = status;
  }
}

/** 400 ValidationException with this message. */
export function invalid(message: string): KmsError {
  return new KmsError('ValidationException', message);
}
