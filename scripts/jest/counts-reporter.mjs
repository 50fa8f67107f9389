// A jest reporter that closes the run with one plain line of counts. Where SWITCHYARD_TEST_COUNTS names a file, the
// counts go there instead, and whoever started the run prints the line last.
import { writeFileSync } from 'node:fs';
import { countsLine, countsOf } from '../lib/test-counts.mjs';

export default class CountsReporter {
  onRunComplete(_contexts, results) {
    const counts = countsOf(results);
    const file = process.env.SWITCHYARD_TEST_COUNTS;
    if (file) writeFileSync(file, JSON.stringify(counts));
    else process.stdout.write(`${countsLine(counts)}\n`);
  }
}
