import { describe, expect, it } from '@jest/globals';
import { sameDependencies } from './lock-file.js';

const lock = (packages: Record<string, string>) => ({
  packages: {
    ...Object.fromEntries(Object.entries(packages).map(([name, version]) => [`node_modules/${name}`, { version }])),
    'libs/bus': { version: '0.1.0' },
    'node_modules/@switchyard/bus': { link: true },
  },
});

describe('the dependencies of an earlier build', () => {
  it('are there where the present ones are the same or more', () => {
    expect(sameDependencies(lock({ pg: '8.0.0' }), lock({ pg: '8.0.0', cron: '1.0.0' }))).toBe(true);
  });

  it('are not there where one is missing or another version', () => {
    expect(sameDependencies(lock({ pg: '8.0.0' }), lock({ pg: '8.1.0' }))).toBe(false);
    expect(sameDependencies(lock({ pg: '8.0.0' }), lock({}))).toBe(false);
  });
});
