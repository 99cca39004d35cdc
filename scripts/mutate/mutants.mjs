// What may be changed in a file so that a good test fails: one small change each, found in the syntax tree.
import { parseSync } from '@swc/core';

const OPERATORS = {
  '<': ['<=', '>'],
  '<=': ['<', '>'],
  '>': ['>=', '<'],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
};
const METHODS = {
  some: 'every',
  every: 'some',
  find: 'findLast',
  findLast: 'find',
  indexOf: 'lastIndexOf',
  lastIndexOf: 'indexOf',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  min: 'max',
  max: 'min',
  ceil: 'floor',
  floor: 'ceil',
  push: 'unshift',
  add: 'delete',
};
/** Calls whose receiver alone is a plausible mistake. */
const DROPPED = new Set([
  'toLowerCase',
  'toUpperCase',
  'trim',
  'trimEnd',
  'trimStart',
  'filter',
  'sort',
  'reverse',
  'slice',
]);

/**
 * Every mutant of a TypeScript file: where, what stands there, and what shall stand there.
 * @returns {{ start: number, end: number, text: string }[]} offsets count bytes of UTF-8, as the parser does
 */
export function mutantsOf(source) {
  const bytes = Buffer.from(source);
  const found = [];
  const textOf = ({ span }) => bytes.subarray(span.start - 1, span.end - 1).toString();
  const replace = (node, text) => found.push({ start: node.span.start - 1, end: node.span.end - 1, text });
  /** Puts another text for the first `old` between two nodes. */
  const between = (left, right, old, text) => {
    const from = left.span.end - 1;
    const at = bytes.subarray(from, right.span.start - 1).indexOf(old);
    if (at >= 0) found.push({ start: from + at, end: from + at + Buffer.byteLength(old), text });
  };
  const condition = (test) => {
    replace(test, 'true');
    replace(test, 'false');
  };

  const visitors = {
    BinaryExpression({ operator, left, right }) {
      for (const other of OPERATORS[operator] ?? []) between(left, right, operator, other);
      const isText = [left, right].some(({ type }) => /String|Template/.test(type));
      if (operator === '+' && !isText) between(left, right, '+', '-');
    },
    IfStatement: ({ test }) => condition(test),
    ConditionalExpression: ({ test }) => condition(test),
    WhileStatement: ({ test }) => replace(test, 'false'),
    UnaryExpression(node) {
      if (node.operator === '!' || node.operator === '-') replace(node, textOf(node.argument));
    },
    UpdateExpression(node) {
      const text = textOf(node);
      replace(node, node.operator === '++' ? text.replace('++', '--') : text.replace('--', '++'));
    },
    BooleanLiteral: (node) => replace(node, String(!node.value)),
    NumericLiteral: (node) => replace(node, String(node.value + 1)),
    StringLiteral: (node) => replace(node, node.value === '' ? "'mutant'" : "''"),
    RegExpLiteral(node) {
      const { pattern, flags } = node;
      const changes = [
        pattern.replace(/^\^/, ''),
        pattern.replace(/\$$/, ''),
        pattern.replace(/(?<![\\[])\+/, '*'),
        pattern.replace(/(?<![\\[])\*/, '+'),
      ];
      for (const other of new Set(changes))
        if (other !== pattern && other !== '') replace(node, `/${other}/${flags}`);
      if (flags.includes('i')) replace(node, `/${pattern}/${flags.replace('i', '')}`);
    },
    ArrayExpression(node) {
      if (node.elements.length > 0) replace(node, '[]');
    },
    ReturnStatement({ argument }) {
      if (argument && !/Literal|Identifier/.test(argument.type)) replace(argument, 'undefined');
    },
    ExpressionStatement({ expression }) {
      const call = expression.type === 'AwaitExpression' ? expression.argument : expression;
      if (call.type === 'CallExpression') replace(expression, 'undefined');
    },
    CallExpression(node) {
      const { callee } = node;
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
      const other = METHODS[callee.property.value];
      if (other) replace(callee.property, other);
      if (DROPPED.has(callee.property.value)) replace(node, textOf(callee.object));
    },
  };

  const visit = (node, key) => {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) {
      for (const one of node) visit(one, key);
      return;
    }
    // Types are gone at run time, module names are no behaviour, and a key's name is often a type's.
    if (
      /^Ts(?!AsExpression|NonNull|Satisfies|Const)/.test(node.type ?? '') ||
      node.type === 'ImportDeclaration'
    )
      return;
    if (node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration') return;
    visitors[node.type]?.(node);
    for (const [name, value] of Object.entries(node)) {
      if (name === 'span' || name === 'typeAnnotation' || name === 'typeArguments') continue;
      if (name === 'key' && value?.type === 'StringLiteral') continue;
      visit(value, name);
    }
  };
  visit(parseSync(source, { syntax: 'typescript', target: 'es2022' }));
  return found.sort((one, other) => one.start - other.start || one.end - other.end);
}

/** The file with one mutant in it. */
export function applyMutant(source, { start, end, text }) {
  const bytes = Buffer.from(source);
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(text), bytes.subarray(end)]).toString();
}

/** The line that a mutant begins on, from 1. */
export function lineOf(source, { start }) {
  return Buffer.from(source).subarray(0, start).toString().split('\n').length;
}

/** Where a mutant is and what it does, for a report: `12:7 a < b → a <= b`. */
export function describeMutant(source, mutant) {
  const bytes = Buffer.from(source);
  const before = bytes.subarray(0, mutant.start).toString();
  const line = lineOf(source, mutant);
  const column = before.length - before.lastIndexOf('\n');
  const old = bytes.subarray(mutant.start, mutant.end).toString().replace(/\s+/g, ' ');
  const context = source.split('\n')[line - 1]?.trim() ?? '';
  return `${line}:${column} ${shorten(old)} → ${shorten(mutant.text)}   in: ${shorten(context, 100)}`;
}

function shorten(text, length = 50) {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
