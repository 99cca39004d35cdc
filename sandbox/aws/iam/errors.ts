import { StsError } from '../sts/errors.js';

/** 404 NoSuchEntity in IAM's words. */
export function noSuchEntity(message: string): StsError {
  return new StsError('NoSuchEntity', 404, message);
}

/** 409 EntityAlreadyExists. */
export function alreadyExists(what: string): StsError {
  return new StsError('EntityAlreadyExists', 409, `${what} already exists.`);
}

/** 409 DeleteConflict. */
export function deleteConflict(message: string): StsError {
  return new StsError('DeleteConflict', 409, message);
}

/** 400 MalformedPolicyDocument. */
export function malformedPolicy(message: string): StsError {
  return new StsError('MalformedPolicyDocument', 400, message);
}

/** 409 LimitExceeded. */
export function limitExceeded(message: string): StsError {
  return new StsError('LimitExceeded', 409, message);
}
