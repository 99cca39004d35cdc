import { unknown } from '../../../../support/found-policies.js';
import { hasValue, subjectOf } from '../../../../support/terraform.js';

const OPEN = unknown('var.open');
const TEN = '["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]';

// https://developer.hashicorp.com/terraform/language/functions
describe('a function on collections gives what Terraform gives', () => {
  it.each([
    ['concat(["a"], [], ["b"])', 'a|b'],
    ['flatten([["a"], [], [["b", "c"]]])', 'a|b|c'],
    ['toset(["b", "a", "b"])', 'a|b'],
    ['tomap({ a = "x" }).a', 'x'],
    ['setunion(["b"], ["a", "b"])', 'b|a'],
    ['sort(["b", "a", "c"])', 'a|b|c'],
    ['reverse(["a", "b"])', 'b|a'],
    ['slice(["a", "b", "c"], 1, 3)', 'b|c'],
    ['length("abc") == 3 ? "same" : "other"', 'same'],
    ['length({ a = 1, b = 2 }) == 2 ? "same" : "other"', 'same'],
    ['keys({ b = 1, a = 2 })', 'a|b'],
    ['values({ b = "x", a = "y" })', 'y|x'],
    ['lookup({ a = "x" }, "a", "z")', 'x'],
    ['element(["a", "b"], 0)', 'a'],
    ['one(["a"])', 'a'],
    ['one([]) == null ? "none" : "some"', 'none'],
    ['coalesce(null, "", "b", "c")', 'b'],
    ['coalescelist([], ["b"])', 'b'],
    ['contains(["b"], "a") ? "in" : "out"', 'out'],
    ['zipmap(["a", "b"], ["x", "y"]).b', 'y'],
    ['[for p in setproduct(["a", "b"], ["c", "d"]) : join("/", p)]', 'a/c|a/d|b/c|b/d'],
    ['compact(["", "a", null, "b"])', 'a|b'],
    ['tolist(null) == null ? "none" : "some"', 'none'],
    ['concat([["a"], ["b"]]...)', 'a|b'],
  ])('%s is %j', async (expression, text) => {
    expect(await subjectOf(expression)).toBe(text);
  });

  it.each([
    ['concat(["a"], var.open)', `a|${OPEN}`],
    ['distinct(["a", var.open, var.open])', `a|${OPEN}|${OPEN}`],
    ['sort(["b", var.open])', `b|${OPEN}`],
    ['toset(["b", var.open])', `b|${OPEN}`],
    [`coalesce("a\${var.open}", "b")`, `a${OPEN}`],
    ['contains([var.open, "a"], "a") ? "in" : "out"', 'in'],
    ['zipmap(["a", "b"], ["x", var.open]).b', OPEN],
    ['keys({ a = var.open })', 'a'],
  ])('%s keeps what is known', async (expression, text) => {
    expect(await subjectOf(expression)).toBe(text);
  });

  it.each([
    'flatten(var.open)',
    'tolist(var.open)',
    'toset(var.open)',
    'toset({})',
    'distinct(var.open)',
    'setunion(["a"], var.open)',
    'compact(var.open)',
    'reverse(var.open)',
    'slice(var.open, 0, 1)',
    'merge(var.open, {})',
    'keys(var.open)',
    'values(var.open)',
    'lookup(var.open, "a", "z")',
    'lookup({}, var.open, "z")',
    'lookup({}, "a")',
    'element(["a"], var.open)',
    'element([], 0)',
    'one(var.open)',
    'coalesce(var.open, "b")',
    'zipmap(var.open, ["x"])',
    'zipmap(["a"], var.open)',
    'setproduct(["a"], var.open)',
    'length(var.open)',
    'length(concat(["a"], var.open))',
    'length()',
    'contains(["a"])',
    'contains(var.open, "a")',
    'contains([var.open], "a")',
    'one()',
    'sort()',
    'concat(var.open...)',
  ])('%s is not known', async (expression) => {
    expect(await subjectOf(expression)).toBe(unknown(expression));
  });

  it('setproduct of too many combinations is not known', async () => {
    const lists = (count: number) => Array.from({ length: count }, () => TEN).join(', ');
    expect(await hasValue(`setproduct(${lists(3)})`)).toBe(true);
    expect(await hasValue(`setproduct(${lists(5)})`)).toBeUndefined();
  });

  it.each(['coalesce("", null)', 'coalescelist([], [])', 'one(["a", "b"])', 'zipmap(["a", "b"], ["x"])'])(
    '%s has no value',
    async (expression) => {
      expect(await hasValue(expression)).toBe(false);
    },
  );
});
