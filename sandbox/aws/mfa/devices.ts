import type { MfaDevice, Principal } from '../accounts/accounts.js';
import { StsError } from '../sts/errors.js';
import { codeOf, STEP_SECONDS, stepAt } from './totp.js';

/** How many steps before and after the present one are accepted, for clocks that differ (RFC 6238 section 5.2). */
const TOLERANCE_STEPS = 1;

/** The MFA part of a request; AWS wants both or neither. */
export interface MfaParameters {
  readonly serialNumber: string | undefined;
  readonly tokenCode: string | undefined;
}

/** The MFA devices of all users. A code counts once: after it, neither it nor an older one is accepted. */
export class MfaDevices {
  readonly #devices: ReadonlyMap<string, MfaDevice>;
  readonly #now: () => number;
  readonly #lastStep = new Map<string, number>();

  constructor(devices: ReadonlyMap<string, MfaDevice>, now: () => number) {
    this.#devices = devices;
    this.#now = now;
  }

  /**
   * Checks what a user sent and uses the code up. Tells when the user was authenticated, in milliseconds since
   * the epoch, or undefined where no MFA was sent. Throws AccessDenied (403) for a device that is not the
   * user's, a wrong or used code, and one parameter without the other.
   */
  authenticate(user: Principal | undefined, { serialNumber, tokenCode }: MfaParameters): number | undefined {
    if (serialNumber === undefined && tokenCode === undefined) return undefined;
    if (serialNumber === undefined || tokenCode === undefined) {
      throw denied('failed, must provide both MFA serial number and one time pass code. ');
    }
    const device = this.#devices.get(serialNumber);
    if (device === undefined || user === undefined || device.user.arn !== user.arn) {
      throw denied(
        'failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user. ',
      );
    }
    const step = this.#openSteps(device).find((candidate) => codeOf(device.secret, candidate) === tokenCode);
    if (step === undefined) throw denied('failed with invalid MFA one time pass code. ');
    this.#lastStep.set(serialNumber, step);
    return this.#now();
  }

  /**
   * Whether two codes are those that a device shows one after the other, about now. They are used up by it.
   */
  pair(serial: string, secret: Buffer, [first, second]: readonly [string, string]): boolean {
    const present = stepAt(this.#now());
    const steps = [present - 2, present - 1, present];
    const step = steps.find((one) => codeOf(secret, one) === first && codeOf(secret, one + 1) === second);
    if (step === undefined) return false;
    this.#lastStep.set(serial, step + 1);
    return true;
  }

  /**
   * A code that is still good: the one the device shows, or the next one where that is used up. Throws an
   * Error for an unknown device, and where the next one is used up, too.
   */
  code(serial: string): string {
    const device = this.#devices.get(serial);
    if (device === undefined) throw new Error(`No user of the sandbox has the MFA device ${serial}`);
    const step = this.#openSteps(device).find((candidate) => candidate >= stepAt(this.#now()));
    if (step === undefined) {
      throw new Error(`The codes of ${serial} are used up; there is a new one within ${STEP_SECONDS} s`);
    }
    return codeOf(device.secret, step);
  }

  #openSteps({ serial }: MfaDevice): readonly number[] {
    const present = stepAt(this.#now());
    const last = this.#lastStep.get(serial) ?? Number.NEGATIVE_INFINITY;
    const steps = Array.from({ length: 2 * TOLERANCE_STEPS + 1 }, (_, at) => present - TOLERANCE_STEPS + at);
    return steps.filter((step) => step > last);
  }
}

// The trailing spaces are AWS's.
function denied(reason: string): StsError {
  return new StsError('AccessDenied', 403, `MultiFactorAuthentication ${reason}`);
}
