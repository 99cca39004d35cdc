import { findIn, unknown } from '../../../../support/found-policies.js';
import { hasValue, subjectOf } from '../../../../support/terraform.js';

const OPEN = unknown('var.open');

// https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#templates
describe('a template', () => {
  it.each([
    [String.raw`"a\tb\r\\c"`, 'a\tb\r\\c'],
    [String.raw`"\u00e9"`, 'é'],
    [String.raw`"\U0001F600"`, '😀'],
    [`"$\${a}%%{b}$c%d"`, `${'$'}{a}%{b}$c%d`],
    [`"a \${~ "b" ~} c"`, 'abc'],
    ['"%{ if false }a%{ endif }b"', 'b'],
    ['"a%{ if true ~} b %{~ else ~} c %{~ endif }d"', 'abd'],
    [`"%{ for k, v in { a = "x" } }\${k}\${v}%{ endfor }"`, 'ax'],
    [`"%{ for s in ["a", "b"] }%{ if s != "a" }\${s}%{ endif }%{ endfor }"`, 'b'],
    [`"\${jsonencode(["a", { b = null }])}!"`, '["a",{"b":null}]!'],
    [`"\${1}\${true}"`, '1true'],
    ['"%{ if var.open }a%{ endif }b"', `${unknown('var.open')}b`],
    ['"%{ for s in var.open }a%{ endfor }b"', `${OPEN}b`],
    [`"\${jsonencode({ a = "x\${var.open}" })}!"`, `{"a":"x${OPEN}"}!`],
    [`"\${jsonencode([var.open])}!"`, `["${OPEN}"]!`],
  ])('%s is %j', async (expression, text) => {
    expect(await subjectOf(expression)).toBe(text);
  });

  it.each([
    ['<<X\n  a\n   b\nX', '  a\n   b\n'],
    ['<<-X\n    a\n\n      b\n    X', 'a\n\n  b\n'],
    [`<<-X\n    \${"a"}\n      b\n    X`, 'a\n  b\n'],
    ['<<-X\n  X', ''],
    ['<<X\n\\n"a"\nX', '\\n"a"\n'],
  ])('in lines, %j, is %j', async (expression, text) => {
    expect(await subjectOf(`format("%s", ${expression}\n)`)).toBe(text);
  });

  it.each([`"a\${null}b"`, '"%{ for s in "a" }%{ endfor }"', '"%{ if "a" }%{ endif }"'])(
    '%s has no value',
    async (expression) => {
      expect(await hasValue(expression)).toBe(false);
    },
  );

  it.each([
    ['"%{ while true }"', 'expected if or for'],
    ['"%{ if true }a"', 'expected %{ else } or %{ endif }'],
    ['"%{ if true }a%{ else }b"', 'expected %{ endif }'],
    ['"%{ for s in [] }a"', 'expected %{ endfor }'],
    [`"a\${1"`, 'expected "}"'],
    ['"a%{ endif }"', 'the text has no end'],
    ['<<X\na%{ endif }\nX', 'a directive without its beginning'],
    [String.raw`"\q"`, 'unknown escape in a text'],
    [String.raw`"\U00110000"`, 'unknown escape in a text'],
  ])('%j is refused with %j', async (expression, message) => {
    await expect(findIn({ 'a.tf': `a = ${expression}\n` }, 'a.tf')).rejects.toThrow(message);
  });
});

it.each([
  ['a = "a', 'the text has no end'],
  ['a = [1 2]', 'expected "," or "]"'],
  ['a = f(1 2)', 'expected "," or ")"'],
  ['a = { b = 1 c = 2 }', 'expected "," or "}"'],
  ['a = { b 1 }', 'expected ":"'],
  ['a = [for 1 in x : y]', 'expected a name'],
  ['a = [for x of y : z]', 'expected in'],
  ['a = true ? 1', 'expected ":"'],
  ['a = x[1', 'expected "]"'],
  ['a "b" c = 1', 'expected "{"'],
  ['a { b = 1 } }', 'expected an attribute or a block'],
])('%j is refused with %j', async (text, message) => {
  await expect(findIn({ 'a.tf': text }, 'a.tf')).rejects.toThrow(message);
});
