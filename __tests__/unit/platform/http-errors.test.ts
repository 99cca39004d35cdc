import { requestFailed } from '../../../src/platform/http-errors.js';

const request = { purpose: 'the request of the test', url: new URL('https://sts.example/') };
const proxy = new URL('http://user:secret-word@proxy.example:3128');

describe('a request', () => {
  it.each([
    ['ECONNREFUSED', true],
    ['ENOTFOUND', true],
    ['EAI_AGAIN', true],
    ['ECONNRESET', true],
    ['SELF_SIGNED_CERT_IN_CHAIN', false],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', false],
    ['CERT_HAS_EXPIRED', false],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', false],
    ['ERR_SSL_WRONG_VERSION_NUMBER', false],
    ['EPROTO', false],
  ])('that ends in %s is worth another: %s', (code, retries) => {
    const failure = Object.assign(new Error('secret words'), { code });
    const error = requestFailed(request, failure, { party: { proxy: undefined }, isUnsent: true });
    expect(error).toMatchObject({
      code: 'NETWORK_FAILED',
      message: `The connection failed (${code}), for the request of the test (sts.example).`,
    });
    expect(error.retry).toEqual(retries ? { kind: 'transient', isUnsent: true } : undefined);
  });

  it('that fails without a code says why in its words, and other things thrown as they are', () => {
    const message = (thrown: unknown) =>
      requestFailed(request, thrown, { party: { proxy: undefined }, isUnsent: true }).message;
    expect(message(new Error('too\nshort'))).toBe(
      'The connection failed (too\\u{a}short), for the request of the test (sts.example).',
    );
    expect(message('gone')).toContain('failed (gone), for');
  });

  it('names the proxy, without its login, where that is who could not be reached', () => {
    const failure = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
    expect(requestFailed(request, failure, { party: { proxy }, isUnsent: true }).message).toBe(
      'The connection to the proxy (proxy.example:3128) failed (ECONNREFUSED), for the request of the test (sts.example).',
    );
  });
});
