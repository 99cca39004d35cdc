import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { ROOT } from './pages.js';

/** Throws where a record is not as docs/audit-record.schema.json says. */
const schema: unknown = JSON.parse(readFileSync(join(ROOT, 'docs', 'audit-record.schema.json'), 'utf8'));
const ajv = new Ajv({ allErrors: true });

/** The records in a file, each checked by the schema. */
export function recordsIn(text: string): readonly Record<string, unknown>[] {
  expect(text.endsWith('\n')).toBe(true);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const record: Record<string, unknown> = JSON.parse(line);
      if (typeof schema !== 'object' || schema === null) throw new Error('The schema is not an object.');
      ajv.validate(schema, record);
      expect(ajv.errors).toBeNull();
      return record;
    });
}
