const ONLY_AWS_KNOWS = new RegExp(
  `^(aws:(${[
    'sourceip|vpcsourceip|sourcevpc(e|arn)?|vpce.+|securetransport|viaawsservice|calledvia.*|useragent|referer',
    'currenttime|epochtime|tokenissuetime|multifactorauth(age|present)|requestedregion|userid',
    'principal(arn|account|orgid|orgpaths|type|isawsservice|servicename.*|tag/.+)',
    'source(account|arn|orgid|orgpaths|identity)|resource(account|orgid|orgpaths|tag/.+)',
  ].join('|')})|iam:resourcetag/.+)$`,
  'i',
);

/**
 * Whether AWS sets the key for each request, so that its value is unknown beforehand: where it comes from, and what the
 * organisation and tags of caller and role are
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
 */
export function isKnownOnlyToAws(key: string): boolean {
  return ONLY_AWS_KNOWS.test(key);
}
