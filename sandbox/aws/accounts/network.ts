import { isIP } from 'node:net';
import type { NamedPolicy } from '../../../src/trust/authorize/policies.js';
import { objectAt, optionalObjectAt, textAt } from '../../core/json.js';
import { parsePolicy } from '../sts/policy.js';

/** Where AWS sees all requests come from. */
export interface Network {
  readonly sourceIp: string;
  /** The interface endpoint that they come through, if any. */
  readonly endpoint: Endpoint | undefined;
}

/** A VPC's interface endpoint. */
export interface Endpoint {
  /** `vpce-…`. */
  readonly id: string;
  /** `vpc-…`. */
  readonly vpc: string;
  /** Undefined where it is AWS's own, which allows all. */
  readonly policy: NamedPolicy | undefined;
}

/** Reads the file's `network`. Throws an Error naming the place that is wrong. */
export function readNetwork(value: unknown): Network {
  const { sourceIp = '127.0.0.1', vpcEndpoint } = optionalObjectAt(value, 'network');
  const address = textAt(sourceIp, 'network.sourceIp');
  if (isIP(address) === 0) throw new Error('network.sourceIp must be an IP address');
  return { sourceIp: address, endpoint: readEndpoint(vpcEndpoint) };
}

function readEndpoint(value: unknown): Endpoint | undefined {
  if (value === undefined) return undefined;
  const where = 'network.vpcEndpoint';
  const { id, vpc, policy } = objectAt(value, where);
  return {
    id: textAt(id, `${where}.id`),
    vpc: textAt(vpc, `${where}.vpc`),
    policy: policy === undefined ? undefined : parsePolicy(policy, `${where}.policy`, 'names-principals'),
  };
}
