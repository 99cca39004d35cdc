import type { Principal } from '../accounts/accounts.js';
import { readInlinePolicy } from './documents.js';
import { noSuchEntity } from './errors.js';
import { managedPolicy } from './managed-policies.js';
import {
  type IamCall,
  type IamState,
  nameOf,
  type Operation,
  principalArn,
  required,
  roleOf,
  userOf,
} from './operation.js';

/** The policies of roles and of users: IAM has each operation twice. */
export const POLICY_OPERATIONS: Readonly<Record<string, Operation>> = {
  ...operations('Role'),
  ...operations('User'),
};

/** The ARNs of the managed policies that are attached. */
export function attachedPolicies({ policies }: Principal): readonly string[] {
  return [...policies.keys()].filter((name) => name.startsWith('arn:'));
}

function operations(kind: 'Role' | 'User'): Record<string, Operation> {
  const lower = kind === 'Role' ? 'role' : 'user';
  const resource: Operation['resource'] = (state, call) => principalArn(state, call, lower);
  const find = (state: IamState, call: IamCall): Principal =>
    kind === 'Role' ? roleOf(state, call) : userOf(state, call);
  // A principal's policies change in place, so sessions that it has already feel the change.
  const change = (apply: (principal: Principal, call: IamCall, state: IamState) => void): Operation => ({
    resource,
    run: (state, call) => {
      apply(find(state, call), call, state);
      return undefined;
    },
  });
  return {
    [`Put${kind}Policy`]: change(({ policies, documents }, call) => {
      const name = nameOf(call, 'PolicyName', 128);
      const text = required(call, 'PolicyDocument');
      const others = [...documents].filter(([other]) => other !== name).map(([, other]) => other);
      policies.set(name, readInlinePolicy(name, text, others, lower));
      documents.set(name, text);
    }),
    [`Delete${kind}Policy`]: change((principal, call) => {
      const name = inlineName(principal, call, lower);
      principal.policies.delete(name);
      principal.documents.delete(name);
    }),
    [`Attach${kind}Policy`]: change(({ policies }, call, { directory }) => {
      const arn = required(call, 'PolicyArn');
      policies.set(arn, managedPolicy(directory, arn));
    }),
    [`Detach${kind}Policy`]: change((principal, call) => {
      const arn = required(call, 'PolicyArn');
      if (!attachedPolicies(principal).includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
      principal.policies.delete(arn);
    }),
    [`Get${kind}Policy`]: {
      resource,
      run: (state, call) => {
        const principal = find(state, call);
        const name = inlineName(principal, call, lower);
        return {
          [`${kind}Name`]: principal.name,
          PolicyName: name,
          PolicyDocument: encodeURIComponent(principal.documents.get(name) ?? ''),
        };
      },
    },
    [`List${kind}Policies`]: {
      resource,
      run: (state, call) => ({
        PolicyNames: [...find(state, call).documents.keys()],
        IsTruncated: false,
      }),
    },
    [`ListAttached${kind}Policies`]: {
      resource,
      run: (state, call) => ({
        AttachedPolicies: attachedPolicies(find(state, call)).map((PolicyArn) => ({
          PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1),
          PolicyArn,
        })),
        IsTruncated: false,
      }),
    },
  };
}

function inlineName({ documents }: Principal, call: IamCall, kind: string): string {
  const name = nameOf(call, 'PolicyName', 128);
  if (documents.has(name)) return name;
  throw noSuchEntity(`The ${kind} policy with name ${name} cannot be found.`);
}
