import { parseArgs } from 'node:util';
import { crossBoundaries } from './boundaries.js';
import { QUICK_FAULTS } from './nemesis.js';
import { FULL_SHAPE } from './program.js';
import { verify, type VerifyReport } from './verify.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    programs: { type: 'string', default: '300' },
    'in-flight': { type: 'string', default: '48' },
    calm: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    boundaries: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    keep: { type: 'string' },
  },
});
const say = (line: string): void => {
  if (!values.json) console.log(line);
};
if (values.boundaries) await boundaries();
else await random();

async function boundaries(): Promise<void> {
  const reports = await crossBoundaries(say);
  if (values.json) console.log(JSON.stringify(reports));
  if (reports.some(({ reached, violations }) => !reached || violations.length > 0)) process.exitCode = 1;
}

async function random(): Promise<void> {
  say(`seed ${values.seed}`);
  const report = await verify({
    seed: Number(values.seed),
    programs: Number(values.programs),
    inFlight: Number(values['in-flight']),
    shape: FULL_SHAPE,
    faults: values.calm ? [] : values.quick ? QUICK_FAULTS : undefined,
    patienceMs: 180_000,
    say,
    keep: values.keep,
  });
  print(report);
  if (report.violations.length > 0) process.exitCode = 1;
}

function print(found: VerifyReport): void {
  if (values.json) return console.log(JSON.stringify(found));
  const { violations, ...figures } = found;
  for (const { kind, program, text } of violations) console.log(`${kind}: ${program}: ${text}`);
  console.log(JSON.stringify(figures, null, 2));
}
