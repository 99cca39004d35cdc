import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { nearest } from '../../../src/core/nearest.js';
import { mayBeRegion, nearestRegion, REGIONS } from '../../../src/core/regions.js';

describe('the Regions', () => {
  it("are all of the AWS SDK's", () => {
    // The SDK exports what a Region's partition is, and not the table that it looks into.
    const client = createRequire(import.meta.url).resolve('@aws-sdk/core/client');
    const bundle = readFileSync(join(dirname(client), 'index.js'), 'utf8');
    const named = [...bundle.matchAll(/"((?:[a-z]{2,4}-)+[a-z]+-\d|aws(?:-[a-z]+)*-global)": ?\{/g)].map(
      ([, region = '']) => region,
    );
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((region) => !REGIONS.has(region))).toEqual([]);
  });

  it('may be newer than the list, where they have the shape of one', () => {
    for (const name of ['us-east-3', 'nz-south-1', 'eusc-fr-west-1', 'us-isoq-east-2', 'eu-northwest-12'])
      expect([name, mayBeRegion(name)]).toEqual([name, true]);
    for (const name of [
      'us-esat-1',
      'us-east',
      'us-east-0',
      'us-east-1a',
      'useast-1',
      'east-1',
      '',
      'us-east-100',
    ])
      expect([name, mayBeRegion(name)]).toEqual([name, false]);
  });

  it.each([
    ['us-esat-1', 'us-east-1'],
    ['eu_west_1', 'eu-west-1'],
    ['EU-CENTRAL-1', 'eu-central-1'],
    ['eu-west-9', 'eu-west-1'],
    ['mars', undefined],
    ['x'.repeat(100_000), undefined],
  ])('have a nearest one to %s: %s', (text, region) => {
    expect(nearestRegion(text)).toBe(region);
  });
});

describe('the nearest of several', () => {
  it.each([
    ['abc', 'abc'],
    ['abd', 'abc'],
    ['acb', 'abc'],
    ['cba', undefined],
    ['ab', 'abc'],
    ['abcd', 'abc'],
    ['bca', undefined],
    ['bad', undefined],
    ['bacd', undefined],
    ['', undefined],
  ])('to %j is %j, one step away at most', (text, found) => {
    expect(nearest(text, ['xyzzy', 'abc'], 1)).toBe(found);
  });
});
