import { parseArgs } from 'node:util';
import { buildOf } from './build.js';
import { crossBoundaries } from './boundaries.js';
import { onInterrupt } from './interrupt.js';
import { QUICK_FAULTS } from './nemesis.js';
import { FULL_SHAPE, LONG_SHAPE, without } from './scenario.js';
import { rowOf, writeReport, type VerifyReport } from './report.js';
import { verify } from './verify.js';

/** The long form is one that has met everything: ten thousand programs, as many at once as two cores can carry. */
const FORMS = {
  short: { programs: '300', inFlight: '48', shape: FULL_SHAPE, rampMs: 2_000, report: undefined },
  long: { programs: '10000', inFlight: '192', shape: LONG_SHAPE, rampMs: 20_000, report: 'chaos-report.json' },
} as const;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    long: { type: 'boolean', default: false },
    programs: { type: 'string' },
    'in-flight': { type: 'string' },
    failures: { type: 'string', default: '0' },
    calm: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    boundaries: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    keep: { type: 'string' },
    report: { type: 'string' },
    'upgrade-from': { type: 'string' },
    without: { type: 'string', default: '' },
  },
});
const form = values.long ? FORMS.long : FORMS.short;
const reportFile = values.report ?? form.report;
const say = (line: string): void => {
  if (!values.json) console.log(line);
};
// What the bus has to say about the connections that are cut here is what this is for.
process.env['SWITCHYARD_LOG_LEVEL'] ??= 'fatal';
if (values.boundaries) await boundaries();
else await random();

async function boundaries(): Promise<void> {
  const reports = await crossBoundaries(say);
  if (values.json) console.log(JSON.stringify(reports));
  if (reports.some(({ reached, violations }) => !reached || violations.length > 0)) process.exitCode = 1;
}

async function random(): Promise<void> {
  say(`seed ${values.seed}`);
  const ref = values['upgrade-from'];
  const earlier = ref === undefined ? undefined : await buildOf(ref, say);
  const report = await verify({
    seed: Number(values.seed),
    programs: Number(values.programs ?? form.programs),
    failures: Number(values.failures),
    inFlight: Number(values['in-flight'] ?? form.inFlight),
    rampMs: form.rampMs,
    shape: without(
      form.shape,
      values.without.split(',').filter((part) => part !== ''),
    ),
    faults: values.calm ? [] : values.quick ? QUICK_FAULTS : undefined,
    patienceMs: 180_000,
    say,
    keep: values.keep,
    ...onInterrupt(say),
    meanwhile: write,
    from: earlier?.build,
  }).finally(() => earlier?.remove());
  print(report);
  if (report.violations.length > 0) process.exitCode = 1;
}

async function write(report: VerifyReport): Promise<void> {
  if (reportFile !== undefined) await writeReport(reportFile, report);
}

function print(found: VerifyReport): void {
  if (values.json) return console.log(JSON.stringify(found));
  const { violations, ...figures } = found;
  for (const { kind, program, text } of violations) console.log(`${kind}: ${program}: ${text}`);
  console.log(JSON.stringify(figures, null, 2));
  console.log(rowOf(found));
  if (reportFile !== undefined) console.log(`The report is in ${reportFile}`);
}
