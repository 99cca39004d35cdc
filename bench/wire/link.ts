/** What is asked over the wire, each at an address of its own. */
export const SERVICES = ['token', 'sts', 'cognito'] as const;
type Service = (typeof SERVICES)[number];

/** Where a program finds each service. */
export type Addresses = Readonly<Record<Service, string>>;

/** The wire between the measured programs and the servers. */
export interface Link {
  /** What it is, for whoever reads the figures. */
  readonly kind: string;
  /** What starts a measured program so that it is at the near end. */
  readonly client: readonly string[];
  /** What starts the servers so that they are at the far end. */
  readonly servers: readonly string[];
  /** Names and addresses for the servers' certificate. */
  readonly names: readonly string[];
  /** HOST:PORT for each service of each round trip, in order. */
  readonly listen: readonly string[];
  /** Where clients find the services of each round trip, once the servers listen at these ports. */
  open(ports: readonly number[]): Promise<readonly Addresses[]>;
  stop(): void;
}

/** One URL for each service, in their order. */
export function addressesOf([token = '', sts = '', cognito = '']: readonly string[]): Addresses {
  return { token, sts, cognito };
}
