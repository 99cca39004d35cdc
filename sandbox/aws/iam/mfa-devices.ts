import { randomBytes } from 'node:crypto';
import { encodeBase32 } from '../mfa/totp.js';
import { StsError, validationError } from '../sts/errors.js';
import type { Elements } from '../sts/xml.js';
import { alreadyExists, deleteConflict, noSuchEntity } from './errors.js';
import {
  createDate,
  type IamCall,
  type IamState,
  nameOf,
  type Operation,
  principalArn,
  required,
  userOf,
} from './operation.js';

const SECRET_BYTES = 40;

const ofUser: Operation['resource'] = (state, call) => principalArn(state, call, 'user');
const ofDevice: Operation['resource'] = (_, call) => required(call, 'SerialNumber');

/** What IAM does with virtual MFA devices. */
export const MFA_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateVirtualMFADevice: { resource: (_, call) => serialOf(call), run: create },
  EnableMFADevice: { resource: ofUser, run: enable },
  ListMFADevices: {
    resource: ofUser,
    run: (state, call) => {
      const { arn, name: UserName } = userOf(state, call);
      const own = [...state.directory.mfaDevices.values()].filter(({ user }) => user.arn === arn);
      const MFADevices = own.map(({ serial: SerialNumber }) => ({
        UserName,
        SerialNumber,
        EnableDate: createDate(state, SerialNumber),
      }));
      return { MFADevices, IsTruncated: false };
    },
  },
  DeactivateMFADevice: {
    resource: ofUser,
    run: (state, call) => {
      const serial = required(call, 'SerialNumber');
      const device = state.directory.mfaDevices.get(serial);
      if (device === undefined || device.user.arn !== userOf(state, call).arn) throw unknown(serial);
      state.directory.mfaDevices.delete(serial);
      state.looseDevices.set(serial, device.secret);
      return undefined;
    },
  },
  DeleteVirtualMFADevice: {
    resource: ofDevice,
    run: (state, call) => {
      const serial = required(call, 'SerialNumber');
      if (state.directory.mfaDevices.has(serial)) {
        throw deleteConflict('MFA VirtualDevice in use. Must deactivate first.');
      }
      if (!state.looseDevices.delete(serial)) throw unknown(serial);
      return undefined;
    },
  },
};

function create(state: IamState, call: IamCall): Elements {
  const serial = serialOf(call);
  if (state.looseDevices.has(serial) || state.directory.mfaDevices.has(serial)) {
    throw alreadyExists('MFADevice entity at the same path and name');
  }
  const secret = randomBytes(SECRET_BYTES);
  state.looseDevices.set(serial, secret);
  // The seed is base32 text, and the API sends it as a blob, in base64. A QR code is not among the sandbox's skills.
  const seed = Buffer.from(encodeBase32(secret)).toString('base64');
  return { VirtualMFADevice: { SerialNumber: serial, Base32StringSeed: seed } };
}

function enable(state: IamState, call: IamCall): undefined {
  const user = userOf(state, call);
  const serial = required(call, 'SerialNumber');
  const secret = state.looseDevices.get(serial);
  if (secret === undefined) throw unknown(serial);
  const codes = [code(call, 'AuthenticationCode1'), code(call, 'AuthenticationCode2')] as const;
  if (!state.mfa.pair(serial, secret, codes)) {
    throw new StsError('InvalidAuthenticationCode', 403, 'Authentication code for device is not valid.');
  }
  state.looseDevices.delete(serial);
  state.directory.mfaDevices.set(serial, { user, serial, secret });
  state.createdAt.set(serial, state.now());
  return undefined;
}

function code(call: IamCall, name: string): string {
  const text = required(call, name);
  if (!/^\d{6}$/.test(text)) throw validationError(`${name} must be six digits`);
  return text;
}

function serialOf(call: IamCall): string {
  const { account, params } = call;
  const name = nameOf(call, 'VirtualMFADeviceName', 226);
  return `arn:${account.partition}:iam::${account.id}:mfa${params.Path ?? '/'}${name}`;
}

function unknown(serial: string): StsError {
  return noSuchEntity(`VirtualMFADevice with serial number ${serial} doesn't exist.`);
}
