import { bypassesProxy, proxyLogin } from '../../../src/platform/proxy.js';

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
    // As for curl, a leading dot is no more than decoration.
    ['.sts.amazonaws.com', 'https://sts.amazonaws.com/', true],
    ['*.sts.amazonaws.com', 'https://sts.amazonaws.com/', false],
    ['*.amazonaws.com', 'https://amazonaws.com/', false],
    ['sts.amazonaws.com.', 'https://sts.amazonaws.com/', true],
    ['sts.amazonaws.com', 'https://sts.amazonaws.com./', true],
    ['10.0.0.0/8', 'https://10.200.3.4/', true],
    ['10.0.0.0/8', 'https://11.0.0.1/', false],
    ['10.0.0.0/8:443', 'https://10.0.0.1/', true],
    ['10.0.0.0/8:443', 'https://10.0.0.1:8443/', false],
    ['169.254.170.2/32', 'http://169.254.170.2/', true],
    ['169.254.170.2/31', 'http://169.254.170.3/', true],
    ['0.0.0.0/0', 'http://192.0.2.1/', true],
    ['0.0.0.0/0', 'https://sts.amazonaws.com/', false],
    ['0.0.0.0/0', 'http://[::1]/', false],
    ['fd00::/8', 'http://[fd12::1]/', true],
    ['[fd00::]/8', 'http://[fd12::1]/', false],
    ['[fd00::/8]:80', 'http://[fd12::1]/', true],
    ['fd00::/8', 'http://[fe80::1]/', false],
    ['::/0', 'http://10.0.0.1/', false],
    ['0:0::1', 'http://[::1]/', true],
  ])('%j and %s: direct %s', (exceptions, url, direct) => {
    expect(bypassesProxy(new URL(url), exceptions)).toBe(direct);
  });
});

describe('an entry of no-proxy that is malformed', () => {
  const MALFORMED = [
    ...[
      '10.0.0.0/33',
      '10.0.0.0/',
      '10.0.0.0/-1',
      '10.0.0.0/8/8',
      '10.0.0/8',
      '10.0.0.0/255.0.0.0',
      '/8',
      '/',
      ':80',
    ],
    ...[
      'fd00::/129',
      '::/',
      '[',
      ']',
      '[]',
      '[]:80',
      '[::1',
      '::1]',
      '..',
      '*.',
      '**',
      'https://sts.amazonaws.com',
    ],
    ...[
      'sts.amazonaws.com:',
      'sts.amazonaws.com:x',
      '\u0000',
      '%',
      '10.0.0.0%2f8',
      '300.1.1.1/8',
      '1e1.0.0.0/8',
    ],
  ];
  it.each(MALFORMED)('matches nothing, and those beside it still do: %j', (entry) => {
    for (const url of [
      'https://sts.amazonaws.com/',
      'http://10.0.0.1/',
      'http://[fd12::1]/',
      'http://[::1]/',
    ]) {
      expect(bypassesProxy(new URL(url), entry)).toBe(false);
      expect(bypassesProxy(new URL(url), `${entry},${new URL(url).hostname}`)).toBe(true);
    }
  });
});

describe("a proxy's login", () => {
  const header = (login: string) => ({
    'proxy-authorization': `Basic ${Buffer.from(login, 'utf8').toString('base64')}`,
  });
  it.each([
    ['http://h', {}],
    ['http://a:b@h', header('a:b')],
    ['http://a@h', header('a:')],
    ['http://:b@h', header(':b')],
    ['http://a:p%40ss%2Fw%3Ard@h', header('a:p@ss/w:rd')],
    ['http://a:50%off@h', header('a:50%off')],
    ['http://a:100%@h', header('a:100%')],
    ['http://a:%zz%4@h', header('a:%zz%4')],
    ['http://a:%25%32@h', header('a:%2')],
    ['http://a:p\u00e4ss\u{1f511}@h', header('a:p\u00e4ss\u{1f511}')],
    ['http://a:%0a%00@h', header('a:\n\u0000')],
  ])('in %s is taken as it is meant', (url, expected) => {
    expect(proxyLogin(new URL(url))).toEqual(expected);
  });

  it('that is no text is passed on byte by byte', () => {
    expect(proxyLogin(new URL('http://a:%ff%fe@h'))).toEqual({
      'proxy-authorization': `Basic ${Buffer.from('a:\u00ff\u00fe', 'latin1').toString('base64')}`,
    });
  });
});
