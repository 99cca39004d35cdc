import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isMap, isScalar, parseDocument } from 'yaml';
import type { Case } from './cases.js';

/** A CloudFormation template of this project. */
export interface Template {
  readonly path: string;
  readonly text: string;
  /** Its parameters in order. */
  readonly parameters: ReadonlyMap<string, Parameter>;
}

/** What a template says of a parameter. */
export interface Parameter {
  readonly type: string;
  readonly default: string | undefined;
  readonly pattern: string | undefined;
  readonly allowedValues: readonly string[] | undefined;
}

const PARAMETERS = 'Parameters';

/** Reads a template of infrastructure/cloudformation/. */
export function readTemplate(root: string, name: string): Template {
  const path = join(root, 'infrastructure', 'cloudformation', `${name}.yaml`);
  const text = readFileSync(path, 'utf8');
  const document = parseTemplate(text);
  return { path, text, parameters: new Map(names(document).map((one) => [one, parameter(document, one)])) };
}

/** The template with the values of a case as the only ones that its parameters have. */
export function withParameters({ text }: Template, { parameters }: Case): string {
  const document = parseTemplate(text);
  for (const name of names(document)) {
    const value = parameters[name];
    if (value !== undefined) document.setIn([PARAMETERS, name, 'Default'], asText(value));
    document.deleteIn([PARAMETERS, name, 'AllowedValues']);
  }
  return String(document);
}

/** A value as CloudFormation takes it: a list with commas. */
export function asText(value: string | readonly string[]): string {
  return typeof value === 'string' ? value : value.join(',');
}

/** The short forms of functions are tags that the parser keeps without understanding them. */
function parseTemplate(text: string): Document {
  return parseDocument(text, { logLevel: 'silent' });
}

function names(document: Document): readonly string[] {
  const section = document.get(PARAMETERS);
  if (!isMap(section)) throw new Error('a template has no parameters');
  return section.items.map(({ key }) => (isScalar(key) ? String(key.value) : String(key)));
}

function parameter(document: Document, name: string): Parameter {
  const text = (key: string): string | undefined => {
    const value: unknown = document.getIn([PARAMETERS, name, key]);
    return value === undefined ? undefined : String(value);
  };
  const allowed: unknown = document.getIn([PARAMETERS, name, 'AllowedValues']);
  return {
    type: text('Type') ?? 'String',
    default: text('Default'),
    pattern: text('AllowedPattern'),
    allowedValues: isValueList(allowed) ? allowed.items.map(String) : undefined,
  };
}

function isValueList(value: unknown): value is { readonly items: readonly unknown[] } {
  return typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items);
}
