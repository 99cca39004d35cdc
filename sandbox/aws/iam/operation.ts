import type { Account, EditableDirectory, Principal, Role } from '../accounts/accounts.js';
import type { MfaDevices } from '../mfa/devices.js';
import { Constraints } from '../sts/constraints.js';
import type { Parameters } from '../sts/parameter-values.js';
import type { Elements } from '../sts/xml.js';
import { noSuchEntity } from './errors.js';

/** What IAM's operations work on. */
export interface IamState {
  readonly directory: EditableDirectory;
  /** When what IAM has made was made, by ARN or access key id, in milliseconds since the epoch. */
  readonly createdAt: Map<string, number>;
  readonly mfa: MfaDevices;
  /** Virtual MFA devices that no user has yet: their secrets by their serial numbers. */
  readonly looseDevices: Map<string, Buffer>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** One call, its signature verified. */
export interface IamCall {
  /** The caller's account, which is the one that is changed. */
  readonly account: Account;
  /** The user who signed, where a call may leave out whom it means. */
  readonly userName: string | undefined;
  readonly params: Parameters;
}

/** One operation of IAM. */
export interface Operation {
  /** The ARN on which the caller needs permission. Throws for parameters that are missing. */
  resource(state: IamState, call: IamCall): string;
  /** Does it. Throws the StsError AWS would answer. */
  run(state: IamState, call: IamCall): Elements | undefined;
}

const NAME = /^[\w+=,.@-]+$/;

/** A name that was sent. Throws ValidationError (400) where it is missing or has not a name's form. */
export function nameOf({ params }: IamCall, parameter: string, max = 64): string {
  const constraints = new Constraints();
  const at = parameter.charAt(0).toLowerCase() + parameter.slice(1);
  const value = params[parameter];
  constraints.required(at, value);
  constraints.text(at, value, { min: 1, max, pattern: NAME, patternText: '[\\w+=,.@-]+' });
  constraints.enforce();
  return value ?? '';
}

/** Any text that was sent. Throws ValidationError (400) where it is missing. */
export function required({ params }: IamCall, parameter: string): string {
  const constraints = new Constraints();
  const value = params[parameter];
  constraints.required(parameter.charAt(0).toLowerCase() + parameter.slice(1), value);
  constraints.enforce();
  return value ?? '';
}

/** The role of this name in the account, whatever its path. */
export function findRole(state: IamState, { account }: IamCall, name: string): Role | undefined {
  return [...state.directory.roles.values()].find(
    (one) => one.account.id === account.id && one.name === name,
  );
}

/** The user of this name in the account, whatever its path. */
export function findUser(state: IamState, { account }: IamCall, name: string): Principal | undefined {
  return [...state.directory.users.values()].find(
    (one) => one.account.id === account.id && one.name === name,
  );
}

/** Throws NoSuchEntity (404). */
export function roleOf(state: IamState, call: IamCall): Role {
  const name = nameOf(call, 'RoleName');
  const role = findRole(state, call, name);
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

/** Throws NoSuchEntity (404). Without a name, it is the user who calls. */
export function userOf(state: IamState, call: IamCall): Principal {
  const name = call.params.UserName === undefined ? call.userName : nameOf(call, 'UserName');
  const user = name === undefined ? undefined : findUser(state, call, name);
  if (user === undefined) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  return user;
}

/** The ARN that a principal of this name has, or would have. */
export function principalArn(state: IamState, call: IamCall, kind: 'role' | 'user'): string {
  const { account, params } = call;
  const name =
    kind === 'user' && params.UserName === undefined
      ? (call.userName ?? '')
      : nameOf(call, kind === 'role' ? 'RoleName' : 'UserName');
  const found = kind === 'role' ? findRole(state, call, name) : findUser(state, call, name);
  return found?.arn ?? `arn:${account.partition}:iam::${account.id}:${kind}${params.Path ?? '/'}${name}`;
}

/** When something was made, as IAM writes it; what was there from the start, at the epoch. */
export function createDate({ createdAt }: IamState, id: string): string {
  return new Date(createdAt.get(id) ?? 0).toISOString().replace(/\.\d+/, '');
}
