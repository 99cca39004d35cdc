import { unknown } from '../../../../support/found-policies.js';
import { hasValue, subjectOf } from '../../../../support/terraform.js';

const OPEN = unknown('var.open');
const FILES = { 'a.txt': 'from a file', 'a.tpl': `[\${x}]` };

// https://developer.hashicorp.com/terraform/language/functions
describe('a function on texts gives what Terraform gives', () => {
  it.each([
    ['lower("AbC")', 'abc'],
    ['upper("AbC")', 'ABC'],
    ['core::upper("a")', 'A'],
    ['title("hello big world")', 'Hello Big World'],
    ['trimspace("  a\\n ")', 'a'],
    ['chomp(" a \\n\\r\\n")', ' a '],
    ['trimprefix("repo:x", "repo:")', 'x'],
    ['trimprefix("x", "repo:")', 'x'],
    ['trimsuffix("repo:x:*", ":*")', 'repo:x'],
    ['trimsuffix("x", "")', 'x'],
    ['replace("a-b-c", "-", "/")', 'a/b/c'],
    ['urlencode("a b/c:d*(~)")', 'a+b%2Fc%3Ad%2A%28~%29'],
    ['startswith("repo:x", "repo:") ? "yes" : "no"', 'yes'],
    ['startswith("repo:x", "x") ? "yes" : "no"', 'no'],
    ['endswith("repo:x", "x") ? "yes" : "no"', 'yes'],
    ['strcontains("repo:x", "o:") ? "yes" : "no"', 'yes'],
    ['substr("hello world", 1, 4)', 'ello'],
    ['substr("hello world", -5, -1)', 'world'],
    ['substr("hello world", -5, 3)', 'wor'],
    ['format("%q-%v-%d-%%", "a", true, 3)', '"a"-true-3-%'],
    ['format("%[2]s:%[1]s", "a", "b")', 'b:a'],
    ['format("%v", ["a", 1, null])', '["a",1,null]'],
    ['formatlist("%s/%s", "o", ["a", "b"])', 'o/a|o/b'],
    ['formatlist("%s/x", "o")', 'o/x'],
    ['length(formatlist("%s", [])) == 0 ? "none" : "some"', 'none'],
    ['join(",", ["a", 1], [true])', 'a,1,true'],
    ['split(",", "a,b")', 'a|b'],
    ['split(",", "")[0] == "" ? "one" : "none"', 'one'],
    ['tostring(1) == "1" ? "same" : "other"', 'same'],
    ['tostring("a")', 'a'],
    ['tonumber("5") == 5 ? "same" : "other"', 'same'],
    ['tonumber("5.0") + 1 == 6 ? "same" : "other"', 'same'],
    ['tobool("true") == true ? "same" : "other"', 'same'],
    ['tonumber(null) == null ? "same" : "other"', 'same'],
    ['nonsensitive(sensitive("a"))', 'a'],
    ['jsondecode(jsonencode({ a = "x" })).a', 'x'],
    ['jsondecode("{\\"a\\":\\"x\\"}").a', 'x'],
    ['file("a.txt")', 'from a file'],
    ['templatefile("a.tpl", { x = "y" })', '[y]'],
  ])('%s is %j', async (expression, text) => {
    expect(await subjectOf(expression, FILES)).toBe(text);
  });

  it.each([
    [`lower("A\${var.open}B")`, `a${OPEN}b`],
    [`trimprefix("repo:\${var.open}", "repo:")`, OPEN],
    [`trimsuffix("\${var.open}:*", ":*")`, OPEN],
    ['trimprefix(var.open, "repo:")', OPEN],
    [`trimspace(" \${var.open} ")`, OPEN],
    [`chomp("\\n\${var.open}\\n")`, `\n${OPEN}`],
    ['format("repo:%s:*", var.open)', `repo:${OPEN}:*`],
    ['join("-", ["a", var.open])', `a-${OPEN}`],
    ['tostring(var.open)', OPEN],
    [`jsondecode("[\\"a\${var.open}\\"]")`, `a${OPEN}`],
    ['templatefile("a.tpl", { x = var.open })', `[${OPEN}]`],
    ['templatefile("a.tpl", {})', `[${unknown('x')}]`],
  ])('%s keeps what is known', async (expression, text) => {
    expect(await subjectOf(expression, FILES)).toBe(text);
  });

  it.each([
    'trimprefix("a", var.open)',
    'trimsuffix("a", var.open)',
    'replace("a", var.open, "b")',
    'replace("a", "a", var.open)',
    'replace("aa", "/a+/", "b")',
    'urlencode(var.open)',
    'endswith(var.open, "a")',
    'endswith("a", var.open)',
    'substr(var.open, 0, 1)',
    'substr("abc", 0, var.open)',
    'substr("abc", var.open, 1)',
    'format(var.open, "a")',
    'format("%05d", 3)',
    'formatlist("%s", var.open)',
    'formatlist("%05d", [1])',
    'join(",", var.open)',
    'join(null, ["a"])',
    'split(",", var.open)',
    'split(var.open, "a")',
    'split(",")',
    'lower(null)',
    'lower()',
    'jsondecode()',
    'file(var.open)',
    'file("missing.txt")',
    'timestamp()',
    'sha1("a")',
  ])('%s is not known', async (expression) => {
    expect(await subjectOf(expression, FILES)).toBe(unknown(expression));
  });

  it.each([
    'format("%s")',
    'formatlist("%s-%s", ["a", "b"], ["c"])',
    'jsondecode("{")',
    'tonumber("a")',
    'tonumber("")',
    'tobool("a")',
  ])('%s has no value', async (expression) => {
    expect(await hasValue(expression)).toBe(false);
  });
});
