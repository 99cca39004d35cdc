import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';

/** A Kubernetes service account's token; every field has a default. */
export interface ServiceAccount {
  /** `ci` unless said. */
  readonly namespace?: string;
  /** `deployer` unless said. */
  readonly name?: string;
  /** `sts.amazonaws.com` unless said, as EKS's pod identity webhook asks for. */
  readonly audience?: string;
  /** 86400 unless said, as that webhook asks for; 0 or less gives an expired one. */
  readonly lifetimeSeconds?: number;
}

/** The path of the cluster's own issuer below the sandbox's. */
export const CLUSTER_PATH = '/cluster';

/**
 * The claims of a projected service account token, whose subject is `system:serviceaccount:NAMESPACE:NAME`
 * (kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin, docs.aws.amazon.com/eks/latest/userguide
 * "iam-roles-for-service-accounts").
 */
export function serviceAccountClaims(
  {
    namespace = 'ci',
    name = 'deployer',
    audience = 'sts.amazonaws.com',
    lifetimeSeconds = 86400,
  }: ServiceAccount,
  issuer: string,
  nowMs: number,
): JWTPayload {
  const issuedAt = Math.floor(nowMs / 1000);
  return {
    aud: [audience],
    exp: issuedAt + lifetimeSeconds,
    iat: issuedAt,
    iss: issuer,
    jti: randomUUID(),
    'kubernetes.io': { namespace, serviceaccount: { name, uid: randomUUID() } },
    nbf: issuedAt,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
}
