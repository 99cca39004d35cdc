/** A policy document with these statements. */
export function policy(...statements: readonly object[]): object {
  return { Version: '2012-10-17', Statement: statements };
}

/** An Allow. */
export function allow(
  actions: string | readonly string[],
  resources: string | readonly string[],
  condition?: object,
): object {
  return {
    Effect: 'Allow',
    Action: actions,
    Resource: resources,
    ...(condition && { Condition: condition }),
  };
}

/** A trust policy that lets in one principal of AWS. */
export function trust(
  principal: string,
  condition?: object,
  actions: string | readonly string[] = 'sts:AssumeRole',
): object {
  return policy({
    Effect: 'Allow',
    Principal: { AWS: principal },
    Action: actions,
    ...(condition && { Condition: condition }),
  });
}

/** A trust policy that lets in the tokens of an OIDC provider of the account. */
export function trustTokens(issuer: string, condition: object): object {
  return policy({
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: condition,
  });
}
