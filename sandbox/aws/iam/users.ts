import { randomBytes, randomUUID } from 'node:crypto';
import { type Principal, uniqueId } from '../accounts/accounts.js';
import { randomId } from '../sts/sessions.js';
import type { Elements } from '../sts/xml.js';
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity } from './errors.js';
import {
  createDate,
  findUser,
  type IamCall,
  type IamState,
  nameOf,
  type Operation,
  principalArn,
  required,
  userOf,
} from './operation.js';
import { attachedPolicies } from './principal-policies.js';

// docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const MAX_KEYS = 2;

const resource: Operation['resource'] = (state, call) => principalArn(state, call, 'user');

/** What IAM does with users and their access keys; their policies are in principal-policies.ts. */
export const USER_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateUser: { resource, run: createUser },
  GetUser: { resource, run: (state, call) => ({ User: userElements(state, userOf(state, call)) }) },
  DeleteUser: {
    resource,
    run: (state, call) => {
      const user = userOf(state, call);
      if (keysOf(state, user).length > 0) {
        throw deleteConflict('Cannot delete entity, must delete access keys first.');
      }
      if (user.documents.size > 0 || attachedPolicies(user).length > 0) {
        throw deleteConflict('Cannot delete entity, must delete policies first.');
      }
      if ([...state.directory.mfaDevices.values()].some((device) => device.user.arn === user.arn)) {
        throw deleteConflict('Cannot delete entity, must delete MFA device first.');
      }
      state.directory.users.delete(user.arn);
      return undefined;
    },
  },
  CreateAccessKey: { resource, run: createAccessKey },
  ListAccessKeys: {
    resource,
    run: (state, call) => {
      const user = userOf(state, call);
      const AccessKeyMetadata = keysOf(state, user).map((AccessKeyId) => ({
        UserName: user.name,
        AccessKeyId,
        Status: 'Active',
        CreateDate: createDate(state, AccessKeyId),
      }));
      return { AccessKeyMetadata, IsTruncated: false };
    },
  },
  DeleteAccessKey: {
    resource,
    run: (state, call) => {
      const user = userOf(state, call);
      const id = required(call, 'AccessKeyId');
      if (!keysOf(state, user).includes(id)) {
        throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
      }
      state.directory.accessKeys.delete(id);
      return undefined;
    },
  },
};

function createUser(state: IamState, call: IamCall): Elements {
  const { account } = call;
  const name = nameOf(call, 'UserName');
  if (findUser(state, call, name) !== undefined) throw alreadyExists(`User with name ${name}`);
  const arn = `arn:${account.partition}:iam::${account.id}:user/${name}`;
  const user: Principal = {
    account,
    name,
    arn,
    path: '/',
    uniqueId: uniqueId('AIDA', randomUUID()),
    policies: new Map(),
    documents: new Map(),
    boundary: undefined,
    tags: new Map(),
  };
  state.createdAt.set(arn, state.now());
  state.directory.users.set(arn, user);
  return { User: userElements(state, user) };
}

function createAccessKey(state: IamState, call: IamCall): Elements {
  const user = userOf(state, call);
  if (keysOf(state, user).length >= MAX_KEYS) {
    throw limitExceeded(`Cannot exceed quota for AccessKeysPerUser: ${MAX_KEYS}`);
  }
  const id = `AKIA${randomId(16)}`;
  const secretAccessKey = randomBytes(30).toString('base64');
  state.directory.accessKeys.set(id, { user, secretAccessKey });
  state.createdAt.set(id, state.now());
  return {
    AccessKey: {
      UserName: user.name,
      AccessKeyId: id,
      Status: 'Active',
      SecretAccessKey: secretAccessKey,
      CreateDate: createDate(state, id),
    },
  };
}

function keysOf({ directory }: IamState, { arn }: Principal): readonly string[] {
  return [...directory.accessKeys].filter(([, { user }]) => user.arn === arn).map(([id]) => id);
}

function userElements(state: IamState, user: Principal): Elements {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.uniqueId,
    Arn: user.arn,
    CreateDate: createDate(state, user.arn),
  };
}
