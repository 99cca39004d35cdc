import { bypassesProxy } from '../../src/proxy.js';

describe('no-proxy', () => {
  it.each([
    ['', 'https://sts.amazonaws.com/', false],
    ['*', 'https://sts.amazonaws.com/', true],
    ['sts.amazonaws.com', 'https://sts.amazonaws.com/', true],
    ['STS.Amazonaws.com', 'https://sts.amazonaws.com/', true],
    ['amazonaws.com', 'https://sts.amazonaws.com/', true],
    ['.amazonaws.com', 'https://sts.amazonaws.com/', true],
    ['*.amazonaws.com', 'https://sts.amazonaws.com/', true],
    ['aws.com', 'https://sts.amazonaws.com/', false],
    ['example.com, sts.amazonaws.com', 'https://sts.amazonaws.com/', true],
    ['example.com sts.amazonaws.com', 'https://sts.amazonaws.com/', true],
    ['sts.amazonaws.com:443', 'https://sts.amazonaws.com/', true],
    ['sts.amazonaws.com:8443', 'https://sts.amazonaws.com/', false],
    ['sts.amazonaws.com:8443', 'https://sts.amazonaws.com:8443/', true],
    ['localhost:4566', 'http://localhost:4566/', true],
    ['localhost', 'http://localhost:4566/', true],
    ['localhost:80', 'http://localhost/', true],
    ['127.0.0.1', 'http://127.0.0.1:9/', true],
    ['0.0.1', 'http://127.0.0.1:9/', false],
    ['[::1]:9', 'http://[::1]:9/', true],
    ['::1', 'http://[::1]:9/', true],
    ['.', 'https://sts.amazonaws.com/', false],
  ])('%j and %s: direct %s', (exceptions, url, direct) => {
    expect(bypassesProxy(new URL(url), exceptions)).toBe(direct);
  });
});
