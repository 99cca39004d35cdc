import fc from 'fast-check';

const SURROGATES = 0x800;
const character = fc
  .integer({ min: 0, max: 0x10ffff - SURROGATES })
  .map((number) => String.fromCodePoint(number < 0xd800 ? number : number + SURROGATES));

/** Any text; its lengths are in characters. fast-check's own unit for it builds a table of all of Unicode in each file. */
export function anyText(lengths: { readonly minLength?: number; readonly maxLength?: number } = {}) {
  return fc.string({ ...lengths, unit: character });
}
