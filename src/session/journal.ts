import type { Identity } from '../core/credentials.js';
import type { Choice } from '../identity/select.js';
import type { StsCall } from '../sts/call-log.js';
import type { AssumedRole, Hop } from '../sts/client.js';

/** The inputs that refuse credentials. */
export type GuardName =
  | 'allowed-account-ids'
  | 'allowed-role-arns'
  | 'allowed-repositories'
  | 'allowed-refs'
  | 'allowed-environments';

/** What one guard made of what it saw. */
export interface GuardDecision {
  readonly name: GuardName;
  /** Undefined where there was nothing to compare, which is refused. */
  readonly compared: string | undefined;
  readonly allowed: readonly string[];
  readonly hasPassed: boolean;
}

/** Where guards put down what they decide. */
export type DecisionLog = Pick<Journal, 'decide'>;

/** A role that was assumed, or that the step tried to assume. */
export interface JournalHop {
  /** As it was sent last, or, where no request was made, as it was planned. */
  readonly hop: Hop;
  readonly calls: readonly StsCall[];
  readonly assumed: AssumedRole | undefined;
}

/** Which role of which map a step was given (src/role-map/). */
export interface MappedRole {
  readonly name: string;
  /** Undefined where the map stands in the workflow. */
  readonly file: string | undefined;
  readonly sha256: string | undefined;
  readonly isPinned: boolean;
}

/** What the step has done so far, for its record (src/audit/). It costs next to nothing, so it is always there. */
export class Journal {
  choice: Choice | undefined;
  identity: Identity | undefined;
  mappedRole: MappedRole | undefined;
  /** Whether a record has been written, or could not be. */
  record: 'none' | 'written' | 'unwritable' = 'none';
  readonly #decisions = new Map<GuardName, GuardDecision>();
  #planned: readonly Hop[] = [];
  readonly #calls: { readonly call: StsCall; readonly index: number }[] = [];
  readonly #assumed = new Map<number, AssumedRole>();
  /** Which hop the next call is for. */
  #current = 0;

  /** @param startMs when the step began, in milliseconds since the epoch */
  constructor(readonly startMs: number) {}

  /** A later decision of the same guard, which has seen more, counts. */
  decide(decision: GuardDecision): void {
    this.#decisions.set(decision.name, decision);
  }

  plan(hops: readonly Hop[]): void {
    this.#planned = hops;
  }

  call(call: StsCall): void {
    this.#calls.push({ call, index: this.#current });
  }

  /** @param hop as it was planned; the first again where the chain is begun anew */
  assumed(hop: Hop, role: AssumedRole): void {
    const index = this.#planned.indexOf(hop);
    this.#assumed.set(index, role);
    this.#current = (index + 1) % this.#planned.length;
  }

  get guards(): readonly GuardDecision[] {
    return [...this.#decisions.values()];
  }

  get hops(): readonly JournalHop[] {
    return this.#planned.map((planned, index) => {
      const calls = this.#calls
        .filter((one) => one.index === index && one.call.hop !== undefined)
        .map(({ call }) => call);
      return { hop: calls.at(-1)?.hop ?? planned, calls, assumed: this.#assumed.get(index) };
    });
  }

  /** Those that are for no role, such as GetCallerIdentity. */
  get otherCalls(): readonly StsCall[] {
    return this.#calls.map(({ call }) => call).filter(({ hop }) => hop === undefined);
  }
}
