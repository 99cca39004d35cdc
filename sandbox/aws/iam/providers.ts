import type { Account } from '../accounts/accounts.js';
import type { OidcProvider } from '../accounts/federation.js';
import { validationError } from '../sts/errors.js';
import { members } from '../sts/parameter-values.js';
import type { Elements } from '../sts/xml.js';
import { alreadyExists, noSuchEntity } from './errors.js';
import { createDate, type IamCall, type IamState, type Operation, required } from './operation.js';

const byArn: Operation['resource'] = (_, call) => required(call, 'OpenIDConnectProviderArn');
const anyProvider = ({ partition, id }: Account, url: string): string =>
  `arn:${partition}:iam::${id}:oidc-provider/${url}`;

/** What IAM does with OIDC providers. */
export const PROVIDER_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateOpenIDConnectProvider: {
    resource: (_, call) => anyProvider(call.account, readUrl(call)),
    run: create,
  },
  GetOpenIDConnectProvider: {
    resource: byArn,
    run: (state, call) => {
      const { arn, url, clientIds } = providerOf(call);
      return { Url: url, ClientIDList: clientIds, CreateDate: createDate(state, arn), Tags: [] };
    },
  },
  ListOpenIDConnectProviders: {
    resource: (_, { account }) => anyProvider(account, '*'),
    run: (_, { account }) => ({
      OpenIDConnectProviderList: account.providers.map(({ arn: Arn }) => ({ Arn })),
    }),
  },
  DeleteOpenIDConnectProvider: {
    resource: byArn,
    run: (state, call) => {
      const arn = required(call, 'OpenIDConnectProviderArn');
      // As IAM does, it succeeds for a provider that is gone already.
      save(
        state,
        call.account,
        call.account.providers.filter((provider) => provider.arn !== arn),
      );
      return undefined;
    },
  },
};

function create(state: IamState, call: IamCall): Elements {
  const { account, params } = call;
  const url = readUrl(call);
  const clientIds = members(params, 'ClientIDList').map((member) => member[''] ?? '');
  // The sandbox trusts whatever answers at the issuer's address, as IAM trusts its library of authorities.
  const thumbprints = members(params, 'ThumbprintList').map((member) => member[''] ?? '');
  if (thumbprints.some((text) => !/^[0-9a-f]{40}$/i.test(text))) {
    throw validationError('A thumbprint has 40 hexadecimal digits');
  }
  const arn = anyProvider(account, url);
  if (account.providers.some((provider) => provider.arn === arn)) {
    throw alreadyExists(`Provider with url https://${url}`);
  }
  save(state, account, [...account.providers, { arn, url, clientIds }]);
  state.createdAt.set(arn, state.now());
  return { OpenIDConnectProviderArn: arn };
}

/** The URL without its scheme. Besides https, the sandbox takes its own issuers, which are on loopback. */
function readUrl(call: IamCall): string {
  const url = required(call, 'Url');
  const match = /^(?:https:\/\/|http:\/\/(?=127\.0\.0\.1:))([^?#\s]+)$/.exec(url)?.[1];
  if (match === undefined) throw validationError('Invalid Open ID Connect Provider URL');
  return match.replace(/\/$/, '');
}

function providerOf(call: IamCall): OidcProvider {
  const arn = required(call, 'OpenIDConnectProviderArn');
  const found = call.account.providers.find((provider) => provider.arn === arn);
  if (found === undefined) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
  return found;
}

function save({ directory }: IamState, account: Account, providers: readonly OidcProvider[]): void {
  directory.accounts.set(account.id, { ...account, providers });
}
