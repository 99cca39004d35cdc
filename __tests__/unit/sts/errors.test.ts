import { type StsFailure, stsError } from '../../../src/sts/errors.js';

const failure: StsFailure = {
  awsCode: 'AccessDenied',
  message: 'The words of STS',
  status: 400,
  retryAfter: undefined,
  byToken: true,
  malformed: false,
};

describe("STS's failures", () => {
  it.each<[Partial<StsFailure>, string, string | undefined]>([
    [{ awsCode: 'AccessDenied', status: 403 }, 'ACCESS_DENIED', undefined],
    [{ awsCode: 'AccessDeniedException', status: 403 }, 'ACCESS_DENIED', undefined],
    [{ awsCode: 'InvalidIdentityToken' }, 'TOKEN_REJECTED', undefined],
    [{ awsCode: 'InvalidIdentityTokenException' }, 'TOKEN_REJECTED', undefined],
    [
      { awsCode: 'InvalidIdentityTokenException', message: "Couldn't retrieve verification key from it" },
      'TOKEN_REJECTED',
      'transient',
    ],
    [{ awsCode: 'IDPRejectedClaimException', status: 403 }, 'TOKEN_REJECTED', undefined],
    [{ awsCode: 'IDPCommunicationErrorException' }, 'IDENTITY_PROVIDER_UNREACHABLE', 'transient'],
    [{ awsCode: 'ExpiredTokenException' }, 'TOKEN_EXPIRED', undefined],
    [{ awsCode: 'ExpiredToken' }, 'TOKEN_EXPIRED', undefined],
    [{ awsCode: 'ExpiredTokenException', byToken: false }, 'CREDENTIALS_REFUSED', undefined],
    [{ awsCode: 'MalformedPolicyDocumentException' }, 'SESSION_POLICY_MALFORMED', undefined],
    [{ awsCode: 'PackedPolicyTooLargeException' }, 'SESSION_TOO_LARGE', undefined],
    [{ awsCode: 'RegionDisabledException', status: 403 }, 'REGION_DISABLED', undefined],
    [{ awsCode: 'InvalidClientTokenId', status: 403 }, 'CREDENTIALS_REFUSED', undefined],
    [{ awsCode: 'SignatureDoesNotMatch', status: 403 }, 'CREDENTIALS_REFUSED', undefined],
    [{ awsCode: 'UnrecognizedClientException', status: 403 }, 'CREDENTIALS_REFUSED', undefined],
    [{ awsCode: 'IncompleteSignature' }, 'CREDENTIALS_REFUSED', undefined],
    [{ awsCode: 'MissingAuthenticationToken', status: 403 }, 'CREDENTIALS_REFUSED', undefined],
    [{ awsCode: 'ValidationError' }, 'REQUEST_INVALID', undefined],
    [{ awsCode: 'SomethingNew' }, 'REQUEST_INVALID', undefined],
    [{ awsCode: 'constructor' }, 'REQUEST_INVALID', undefined],
    [{ awsCode: 'hasOwnProperty', status: 500 }, 'SERVICE_UNAVAILABLE', 'transient'],
    [{ awsCode: '__proto__', status: 503 }, 'SERVICE_UNAVAILABLE', 'transient'],
    [{ awsCode: 'Throttling' }, 'THROTTLED', 'throttled'],
    [{ awsCode: 'ThrottlingException' }, 'THROTTLED', 'throttled'],
    [{ awsCode: 'ThrottledException' }, 'THROTTLED', 'throttled'],
    [{ awsCode: 'RequestLimitExceeded', status: 503 }, 'THROTTLED', 'throttled'],
    [{ awsCode: 'SlowDown', status: 503 }, 'THROTTLED', 'throttled'],
    [{ awsCode: '', status: 429, malformed: true }, 'THROTTLED', 'throttled'],
    [{ awsCode: 'InternalFailure', status: 500 }, 'SERVICE_UNAVAILABLE', 'transient'],
    [{ awsCode: 'ServiceUnavailable', status: 503 }, 'SERVICE_UNAVAILABLE', 'transient'],
    [{ awsCode: '', status: 502, malformed: true }, 'SERVICE_UNAVAILABLE', 'transient'],
    [{ awsCode: '', status: 200, malformed: true }, 'ANSWER_UNEXPECTED', undefined],
    [{ awsCode: '', status: 403, malformed: true }, 'ANSWER_UNEXPECTED', undefined],
  ])('%j are %s, to be tried again: %s', (answer, code, retry) => {
    const error = stsError({ ...failure, ...answer }, 0);
    expect([error.code, error.retry?.kind]).toEqual([code, retry]);
  });

  it('keep the reason of a refusal, which AWS puts after two ARNs', () => {
    const role = (name: string) => `arn:aws:iam::111122223333:role/${'path/'.repeat(60)}${name}`;
    const reason = `with an explicit deny in a service control policy: arn:aws:organizations::999999999999:policy/o-a1b2c3d4e5/service_control_policy/p-12345678`;
    const message = `User: ${role('a')} is not authorized to perform: sts:AssumeRole on resource: ${role('b')} ${reason}`;
    expect(stsError({ ...failure, message, byToken: false }, 0).headline).toBe(`AccessDenied: ${message}.`);
  });

  it('say how long to wait, where the server does', () => {
    const throttled = { ...failure, awsCode: 'Throttling', retryAfter: '9' };
    expect(stsError(throttled, 0).retry).toEqual({ kind: 'throttled', afterMs: 9000 });
    expect(stsError({ ...failure, retryAfter: '9' }, 0).retry).toBeUndefined();
  });

  it('are told in the words of STS, but not in those of a server that is not STS', () => {
    expect(stsError(failure, 0)).toMatchObject({
      message: 'AccessDenied: The words of STS.',
      awsCode: 'AccessDenied',
    });
    expect(stsError({ ...failure, malformed: true }, 0)).toMatchObject({
      message: 'The response did not come from STS (HTTP 400).',
      awsCode: undefined,
    });
  });
});
