/** A refusal by S3: the code on the wire, its HTTP status, AWS's message, and further elements such as `BucketName`. */
export class S3Error extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'S3Error';
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** 400 InvalidRequest with this message. */
export function invalidRequest(message: string): S3Error {
  return new S3Error(400, 'InvalidRequest', message);
}

/** 404 NoSuchBucket. */
export function noSuchBucket(name: string): S3Error {
  return new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist', { BucketName: name });
}

/** 404 NoSuchKey. */
export function noSuchKey(key: string): S3Error {
  return new S3Error(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key });
}

/** 501 for what S3 has and the sandbox does not, in S3's form; the message says whose limit it is. */
export function notInTheSandbox(what: string): S3Error {
  return new S3Error(501, 'NotImplemented', `The sandbox's S3 does not support ${what}.`);
}
