import { freshWebIdentity, storedWebIdentity, textClaim, tokenSecrets } from '../../../src/identity/jwt.js';

const jwt = (claims: unknown): string =>
  ['header', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'signature'].join('.');

describe('a token', () => {
  it("that was minted now ends by this machine's clock, whatever the issuer's says", () => {
    expect(freshWebIdentity(jwt({ iat: 5_000, exp: 5_300 }), 1_000_000).expiresAtMs).toBe(1_300_000);
    expect(storedWebIdentity(jwt({ iat: 5_000, exp: 5_300 })).expiresAtMs).toBe(5_300_000);
  });

  it.each([
    ['no JWT', 'opaque'],
    ['two parts', 'a.b'],
    ['a payload that is no JSON', 'a.b.c'],
    ['a list', jwt([1])],
    ['text', jwt('x')],
    ['null', jwt(null)],
  ])('with %s says nothing', (_, token) => {
    expect(storedWebIdentity(token)).toEqual({
      kind: 'web-identity',
      token,
      claims: undefined,
      expiresAtMs: undefined,
    });
    expect(freshWebIdentity(token, 0).expiresAtMs).toBeUndefined();
  });

  it('has claims of which only text counts as text', () => {
    const { claims } = storedWebIdentity(jwt({ ref: 'refs/heads/main', aud: ['x'], exp: 'soon' }));
    expect([textClaim(claims, 'ref'), textClaim(claims, 'aud'), textClaim(claims, 'none')]).toEqual([
      'refs/heads/main',
      undefined,
      undefined,
    ]);
    expect(textClaim(undefined, 'ref')).toBeUndefined();
  });

  it('is hidden whole, and its payload and signature by themselves', () => {
    expect(tokenSecrets('header.payload.signature')).toEqual([
      'header.payload.signature',
      'payload',
      'signature',
    ]);
    expect(tokenSecrets('opaque')).toEqual(['opaque']);
    expect(tokenSecrets('a..c')).toEqual(['a..c', 'c']);
  });
});
