import { StsError } from './errors.js';

/** What a SigV4 `Authorization` header claims, before any of it is checked. */
export interface SignatureClaim {
  readonly accessKeyId: string;
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * Takes an `Authorization` header apart. Throws MissingAuthenticationToken (403) where there is none and
 * IncompleteSignature (400) where it is not a complete SigV4 header.
 */
export function parseAuthorization(header: string | undefined): SignatureClaim {
  if (header === undefined || header === '') {
    throw new StsError('MissingAuthenticationToken', 403, 'Request is missing Authentication Token');
  }
  const [algorithm = '', ...rest] = header.split(' ');
  if (algorithm !== ALGORITHM) {
    throw incomplete(`Unsupported AWS 'algorithm': '${algorithm}' (only ${ALGORITHM} for now).`);
  }
  const fields = new Map(
    rest
      .join(' ')
      .split(',')
      .map((field): [string, string] => {
        const at = field.indexOf('=');
        return [field.slice(0, at).trim(), field.slice(at + 1).trim()];
      }),
  );
  const credential = required(fields, 'Credential');
  const signature = required(fields, 'Signature');
  const signedHeaders = required(fields, 'SignedHeaders');
  const [accessKeyId = '', date = '', region = '', service = '', terminator, ...more] = credential.split('/');
  if (terminator === undefined || more.length > 0) {
    throw incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    );
  }
  if (terminator !== 'aws4_request') {
    throw signatureMismatch(
      `Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'.`,
    );
  }
  return { accessKeyId, date, region, service, signature, signedHeaders: signedHeaders.split(';') };
}

/** 403 SignatureDoesNotMatch, by default with the message for a wrong signature. */
export function signatureMismatch(
  message = 'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
): StsError {
  return new StsError('SignatureDoesNotMatch', 403, message);
}

/** 400 IncompleteSignature. */
export function incomplete(message: string): StsError {
  return new StsError('IncompleteSignature', 400, message);
}

function required(fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name);
  if (value === undefined || value === '')
    throw incomplete(`Authorization header requires '${name}' parameter.`);
  return value;
}
