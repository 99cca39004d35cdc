import { type JsonObject, listAt, objectAt, optionalObjectAt, textAt, textsAt } from '../../core/json.js';

/** An OIDC provider of an account: who may sign tokens, and for which audiences. */
export interface OidcProvider {
  readonly arn: string;
  /** Without a scheme, as IAM writes it. */
  readonly url: string;
  readonly clientIds: readonly string[];
}

/** A SAML provider of an account. Its signing key is that of the sandbox's own identity provider. */
export interface SamlProvider {
  readonly arn: string;
  /** The last part of the ARN. */
  readonly name: string;
  readonly accountId: string;
  /** The entity id of the provider's metadata, which an assertion's Issuer has to be. */
  readonly issuer: string;
}

/** One login provider of an identity pool, and which of its claims become session tags. */
export interface PoolLogin {
  readonly provider: OidcProvider;
  /** Tag key to the name of the claim that gives the value. */
  readonly principalTags: ReadonlyMap<string, string>;
}

/** An Amazon Cognito identity pool. */
export interface IdentityPool {
  /** `REGION:UUID`. */
  readonly id: string;
  readonly arn: string;
  readonly region: string;
  /** Whether the basic (classic) flow is on, without which GetOpenIdToken is refused. */
  readonly allowClassicFlow: boolean;
  readonly logins: readonly PoolLogin[];
}

/** Whose account the entries are in. */
export interface Owner {
  readonly id: string;
  readonly partition: string;
}

/** Reads an account's `providers`. Throws an Error naming the place that is wrong. */
export function readOidcProviders({ id, partition }: Owner, value: unknown): readonly OidcProvider[] {
  return listAt(value ?? [], `accounts.${id}.providers`).map((item, index) => {
    const where = `accounts.${id}.providers[${index}]`;
    const provider = objectAt(item, where);
    const url = withoutScheme(textAt(provider.url, `${where}.url`));
    const clientIds = textsAt(provider.clientIds, `${where}.clientIds`);
    return { arn: `arn:${partition}:iam::${id}:oidc-provider/${url}`, url, clientIds };
  });
}

/** Reads an account's `samlProviders`. Throws an Error naming the place that is wrong. */
export function readSamlProviders({ id, partition }: Owner, value: unknown): readonly SamlProvider[] {
  return Object.entries(optionalObjectAt(value, `accounts.${id}.samlProviders`)).map(([name, item]) => {
    const where = `SAML provider ${name}`;
    const issuer = textAt(objectAt(item, where).issuer, `${where} issuer`);
    return { arn: `arn:${partition}:iam::${id}:saml-provider/${name}`, name, accountId: id, issuer };
  });
}

/**
 * Reads an account's `identityPools`, whose login providers must be among the account's OIDC providers.
 * Throws an Error naming the place that is wrong.
 */
export function readIdentityPools(
  owner: Owner,
  providers: readonly OidcProvider[],
  value: unknown,
): readonly IdentityPool[] {
  const pools = optionalObjectAt(value, `accounts.${owner.id}.identityPools`);
  return Object.entries(pools).map(([id, item]) => {
    const where = `identity pool ${id}`;
    const region = /^([a-z]{2}(?:-[a-z]+)+-\d):[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.exec(id)?.[1];
    if (region === undefined) throw new Error(`${where}: an identity pool's id is REGION:UUID`);
    const pool = objectAt(item, where);
    const allowClassicFlow = pool.allowClassicFlow ?? false;
    if (typeof allowClassicFlow !== 'boolean')
      throw new Error(`${where} allowClassicFlow must be true or false`);
    return {
      id,
      arn: `arn:${owner.partition}:cognito-identity:${region}:${owner.id}:identitypool/${id}`,
      region,
      allowClassicFlow,
      logins: readLogins(providers, objectAt(pool.logins, `${where} logins`), where),
    };
  });
}

function readLogins(
  providers: readonly OidcProvider[],
  logins: JsonObject,
  where: string,
): readonly PoolLogin[] {
  return Object.entries(logins).map(([url, item]) => {
    const provider = providers.find((candidate) => candidate.url === url);
    if (provider === undefined) throw new Error(`${where}: "${url}" is no OIDC provider of the account`);
    const tags = optionalObjectAt(objectAt(item, `${where} ${url}`).principalTags, `${where} principalTags`);
    const claims = Object.entries(tags).map(
      ([key, claim]) => [key, textAt(claim, `${where} principalTags.${key}`)] as const,
    );
    return { provider, principalTags: new Map(claims) };
  });
}

function withoutScheme(url: string): string {
  return url.replace(/^https?:\/\//, '');
}
