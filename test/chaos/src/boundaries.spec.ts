import { beforeAll, describe, expect, it } from '@jest/globals';
import { BOUNDARIES, type BoundaryReport } from './boundaries.js';
import { runChaos } from './run-chaos.fixture.js';

describe('a process that dies at a boundary of a commit or a publication', () => {
  let reports: BoundaryReport[];
  beforeAll(async () => {
    reports = (await runChaos('--boundaries')) as BoundaryReport[];
  }, 900_000);

  it.each(BOUNDARIES.map(({ promise, place }) => [promise, place]))('%s (%s)', (_, place) => {
    expect(reports.find((report) => report.place === place)).toMatchObject({ reached: true, violations: [] });
  });
});
