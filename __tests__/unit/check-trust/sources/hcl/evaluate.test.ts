import { unknown } from '../../../../support/found-policies.js';
import { hasValue, subjectOf } from '../../../../support/terraform.js';

const OPEN = unknown('var.open');

describe('an operator gives what Terraform gives', () => {
  it.each([
    ['1 + 2 == 3', true],
    ['5 - 3 == 2', true],
    ['2 * 3 == 6', true],
    ['7 / 2 == 3.5', true],
    ['7 % 3 == 1', true],
    ['"5" + 1 == 6', true],
    ['-(1 + 2) == -3', true],
    ['1 < 1', false],
    ['1 <= 1', true],
    ['1 > 1', false],
    ['1 >= 1', true],
    ['1 == "1"', false],
    ['1 != 2', true],
    ['!true', false],
    ['null == null', true],
    ['"" == null', false],
    ['["a"] == ["a"]', true],
    ['["a"] == ["b"]', false],
    ['["a"] == ["a", "b"]', false],
    ['{ a = 1 } == { a = 1 }', true],
    ['{ a = 1 } == { a = 2 }', false],
    ['{ a = 1 } == { b = 1 }', false],
    ['{ a = 1 } == { a = 1, b = 2 }', false],
    ['[var.open, "b"] == ["a", "c"]', false],
    [`"a\${var.open}" == ""`, false],
    [`null != "a\${var.open}"`, true],
    ['false && var.open', false],
    ['var.open && false', false],
    ['true && true', true],
    ['true || var.open', true],
    ['var.open || true', true],
    ['false || false', false],
    ['(1 == 1) == true', true],
    ['(1 < 2) == true', true],
    ['(1 == 1) == "true"', false],
    ['!false == true', true],
    ['can(1) == true', true],
    ['can({}.a) == false', true],
    ['1 + 1 == "2"', false],
    ['-"1" == -1', true],
  ])('%s is %s', async (expression, truth) => {
    expect(await subjectOf(`${expression} ? "true" : "false"`)).toBe(String(truth));
  });

  it.each([
    'var.open && true',
    'var.open || false',
    'var.open == "a"',
    'var.open != ""',
    '[var.open] == ["a"]',
    'var.open + 1',
    '1 < var.open',
    '!var.open',
    '-var.open',
    'var.open == var.open',
  ])('%s is not known', async (expression) => {
    expect(await subjectOf(expression)).toBe(unknown(expression));
  });

  it.each([
    '"a" + 1',
    '"" + 1',
    'null + 1',
    '[1] * 2',
    '1 / 0',
    '1 % 0',
    '-"a"',
    '-[1]',
    '!"a"',
    'true && "x"',
  ])('%s has no value', async (expression) => {
    expect(await hasValue(expression)).toBe(false);
  });
});

describe('an expression', () => {
  it.each([
    ['{ for s in ["a", "b"] : "k" => s... }.k', 'a|b'],
    ['{ for k, v in { a = "x" } : v => k }.x', 'a'],
    [`[for k, v in { b = "x", a = "y" } : "\${k}\${v}"]`, 'ay|bx'],
    ['[for s in toset(["b", "a"]) : s]', 'a|b'],
    [`[for i, s in ["a"] : "\${i}\${s}"]`, '0a'],
    ['[for s in ["a", "b"] : s if s == "b"]', 'b'],
    ['{ (lower("K")) = "x" }.k', 'x'],
    ['{ "a" : "x", b : "y" }["b"]', 'y'],
    ['{ n = "a" }[*].n', 'a'],
    ['length(null[*]) == 0 ? "none" : "some"', 'none'],
    ['[{ n = ["a"] }, { n = ["b"] }][*].n[0]', 'a|b'],
    ['["a", "b"].1', 'b'],
    ['[[["a"]]][0][0]', 'a'],
    ['try({}.a, [].b, "c")', 'c'],
    ['try(var.open, "c")', OPEN],
    ['concat([["a"], ["b"]]...)', 'a|b'],
    ['concat([["a"], ["b"]] ...)', 'a|b'],
    ['concat(\n["a"],\n[["b"]]\n...\n)', 'a|b'],
    ['path.module', '.'],
    ['terraform.workspace', 'default'],
    ['var.open ? null : null', unknown('var.open ? null : null')],
    ['1.5e3 > 1000 ? "big" : "small"', 'big'],
    ['<<X\na\nX\n', 'a\n'],
    ['/* one */ "a" # two\n', 'a'],
  ])('%s is %j', async (expression, text) => {
    expect(await subjectOf(expression)).toBe(text);
  });

  it.each([
    '[for s in var.open : s]',
    '[for s in ["a"] : s if var.open]',
    '{ for s in ["a"] : var.open => s }',
    'var.open[*].n',
    'can(var.open)',
    '["a"][var.open]',
    'var[0].x',
    'local.none.x',
    'nothing.at.all',
    'module.none.x',
    'data.none.x.y',
  ])('%s is not known', async (expression) => {
    expect(await subjectOf(expression)).toBe(unknown(expression));
  });

  it.each([
    '[for s in "a" : s]',
    '{ (null) = 1 }',
    '{ ([]) = 1 }',
    'try({}.a, [].b)',
    '["a"][1]',
    '["a"].x',
    '{ a = 1 }.b',
    '"a".b',
    `"a\${null}"`,
    '["a"][[]]',
    'true ? {}.a : 1',
    '"x" ? 1 : 2',
  ])('%s has no value', async (expression) => {
    expect(await hasValue(expression)).toBe(false);
  });
});
