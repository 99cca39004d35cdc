/** Texts by which people who may name a branch or a workflow could try to give the runner orders. */
export const HOSTILE: readonly string[] = [
  'x\n::set-output name=aws-account-id::666666666666',
  'x\r::add-mask::a',
  '::set-env name=NODE_OPTIONS::--require=/tmp/x.js',
  '  ::stop-commands::x',
  '##[set-output name=a;]b',
  'x ##[add-path]/tmp/evil',
  '%0A::warning::forged%0D',
  'EOF\nPATH=/tmp/evil\nghadelimiter_',
  '![x](https://evil.example/a.png) <script>alert(1)</script> | a | b |\n# Heading',
  '\u001b[31mred\u001b[0m\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007',
  'main\u202egnp.\u2066niam\u2028::warning::forged\u2029\u0085::error::x',
];
