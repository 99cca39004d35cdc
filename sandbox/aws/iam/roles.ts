import { randomUUID } from 'node:crypto';
import { type Role, uniqueId } from '../accounts/accounts.js';
import { Constraints } from '../sts/constraints.js';
import { validationError } from '../sts/errors.js';
import { members, readInteger } from '../sts/parameter-values.js';
import type { Elements } from '../sts/xml.js';
import { readTrustDocument } from './documents.js';
import { alreadyExists, deleteConflict } from './errors.js';
import { managedPolicy } from './managed-policies.js';
import {
  createDate,
  findRole,
  type IamCall,
  type IamState,
  nameOf,
  type Operation,
  principalArn,
  required,
  roleOf,
} from './operation.js';
import { attachedPolicies } from './principal-policies.js';

const resource: Operation['resource'] = (state, call) => principalArn(state, call, 'role');

/** What IAM does with roles themselves; their policies are in principal-policies.ts. */
export const ROLE_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateRole: { resource, run: createRole },
  GetRole: { resource, run: (state, call) => ({ Role: roleElements(state, roleOf(state, call)) }) },
  ListRoles: {
    resource: (_, { account }) => `arn:${account.partition}:iam::${account.id}:role/`,
    run: (state, { account }) => ({
      Roles: [...state.directory.roles.values()]
        .filter((role) => role.account.id === account.id)
        .map((role) => roleElements(state, role)),
      IsTruncated: false,
    }),
  },
  UpdateRole: {
    resource,
    run: (state, call) => {
      const role = roleOf(state, call);
      const { Description: description = role.description } = call.params;
      save(state, {
        ...role,
        ...(description === undefined ? {} : { description }),
        maxSessionSeconds: maxSessionSeconds(call) ?? role.maxSessionSeconds,
      });
      return {};
    },
  },
  UpdateAssumeRolePolicy: {
    resource,
    run: (state, call) => {
      const role = roleOf(state, call);
      const trustDocument = required(call, 'PolicyDocument');
      save(state, { ...role, trustDocument, trust: readTrustDocument(trustDocument, state.directory) });
      return undefined;
    },
  },
  DeleteRole: {
    resource,
    run: (state, call) => {
      const role = roleOf(state, call);
      if (role.documents.size > 0) {
        throw deleteConflict('Cannot delete entity, must delete policies first.');
      }
      if (attachedPolicies(role).length > 0) {
        throw deleteConflict('Cannot delete entity, must detach all policies first.');
      }
      state.directory.roles.delete(role.arn);
      return undefined;
    },
  },
};

function createRole(state: IamState, call: IamCall): Elements {
  const { account, params } = call;
  const name = nameOf(call, 'RoleName');
  const trustDocument = required(call, 'AssumeRolePolicyDocument');
  const { Path: path = '/', Description: description, PermissionsBoundary: boundary } = params;
  if (!/^\/(?:[!-~]+\/)?$/.test(path)) {
    throw validationError('The specified value for path is invalid. It must begin and end with / ');
  }
  const seconds = maxSessionSeconds(call) ?? 3600;
  const trust = readTrustDocument(trustDocument, state.directory);
  if (findRole(state, call, name) !== undefined) throw alreadyExists(`Role with name ${name}`);
  const arn = `arn:${account.partition}:iam::${account.id}:role${path}${name}`;
  const role: Role = {
    account,
    name,
    arn,
    path,
    // A new role of an old name is another role: what was issued to the old one stays useless.
    uniqueId: uniqueId('AROA', randomUUID()),
    policies: new Map(),
    documents: new Map(),
    boundary: boundary === undefined ? undefined : managedPolicy(state.directory, boundary),
    tags: new Map(members(params, 'Tags').map(({ Key = '', Value = '' }) => [Key, Value])),
    trust,
    trustDocument,
    ...(description === undefined ? {} : { description }),
    maxSessionSeconds: seconds,
    sessionSeconds: undefined,
  };
  state.createdAt.set(arn, state.now());
  save(state, role);
  return { Role: roleElements(state, role) };
}

function save({ directory }: IamState, role: Role): void {
  directory.roles.set(role.arn, role);
}

function maxSessionSeconds({ params }: IamCall): number | undefined {
  const constraints = new Constraints();
  const seconds = readInteger(params.MaxSessionDuration);
  constraints.number('maxSessionDuration', seconds, 3600, 43200);
  constraints.enforce();
  return seconds;
}

function roleElements(state: IamState, role: Role): Elements {
  const tags = [...role.tags].map(([Key, Value]) => ({ Key, Value }));
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.uniqueId,
    Arn: role.arn,
    CreateDate: createDate(state, role.arn),
    AssumeRolePolicyDocument: encodeURIComponent(role.trustDocument),
    Description: role.description,
    MaxSessionDuration: role.maxSessionSeconds,
    ...(tags.length > 0 && { Tags: tags }),
  };
}
