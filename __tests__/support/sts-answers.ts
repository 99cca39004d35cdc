const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** What an answer to AssumeRoleWithWebIdentity says; a field that is the empty string is left out. */
export interface AssumedFields {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly expiration?: string;
  readonly arn?: string;
}

/** STS's answer to AssumeRoleWithWebIdentity with these fields. */
export function assumedAnswer({
  accessKeyId = 'ASIAEXAMPLEEXAMPLE00',
  secretAccessKey = 'exampleSecret',
  sessionToken = 'exampleToken',
  expiration = '2031-01-01T00:00:00Z',
  arn = 'arn:aws:sts::111122223333:assumed-role/long-session/GitHubActions',
}: AssumedFields): string {
  const field = (name: string, value: string): string => (value === '' ? '' : `<${name}>${value}</${name}>`);
  const credentials = [
    field('AccessKeyId', accessKeyId),
    field('SecretAccessKey', secretAccessKey),
    field('SessionToken', sessionToken),
    field('Expiration', expiration),
  ].join('');
  const user = `<AssumedRoleUser>${field('Arn', arn)}<AssumedRoleId>AROAEXAMPLE:x</AssumedRoleId></AssumedRoleUser>`;
  const name = 'AssumeRoleWithWebIdentity';
  return `<${name}Response xmlns="${NAMESPACE}"><${name}Result>${user}<Credentials>${credentials}</Credentials></${name}Result></${name}Response>`;
}

/** STS's answer to GetCallerIdentity. */
export function callerAnswer(arn: string, accountId = '111122223333'): string {
  const result = `<Arn>${arn}</Arn><UserId>AIDAEXAMPLE</UserId><Account>${accountId}</Account>`;
  const name = 'GetCallerIdentity';
  return `<${name}Response xmlns="${NAMESPACE}"><${name}Result>${result}</${name}Result></${name}Response>`;
}

/** STS's answer to GetFederationToken; without an ARN, it does not say whose the session is. */
export function federationAnswer(arn: string): string {
  const name = 'GetFederationToken';
  const user =
    arn === '' ? '' : `<FederatedUser><Arn>${arn}</Arn><FederatedUserId>x</FederatedUserId></FederatedUser>`;
  const credentials =
    '<AccessKeyId>ASIAEXAMPLEEXAMPLE00</AccessKeyId><SecretAccessKey>exampleSecret</SecretAccessKey><SessionToken>exampleToken</SessionToken><Expiration>2031-01-01T00:00:00Z</Expiration>';
  return `<${name}Response xmlns="${NAMESPACE}"><${name}Result>${user}<Credentials>${credentials}</Credentials></${name}Result></${name}Response>`;
}
