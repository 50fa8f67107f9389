// A jest sequencer: tests that start many processes or wait a lot begin at once and one after the other, and the short ones run
// beside them. By size, as jest sorts what it has not seen yet, the longest would come last, and one worker would wait for the other.
import Sequencer from '@jest/test-sequencer';
import { interleave } from './interleave.mjs';

/** Seconds on a quiet machine with two cores beside other tests, the longest only. They need not be right: an old number costs a little time. */
const SECONDS = {
  'test/e2e/src/both-forms.spec.ts': 270,
  'test/e2e/src/faults/faults.spec.ts': 130,
  'test/e2e/src/cli/cli.spec.ts': 125,
  'test/chaos/src/boundaries.spec.ts': 75,
  'services/tool-host/src/mcp/mcp.spec.ts': 65,
  'test/e2e/src/swap/swap.spec.ts': 65,
  'test/e2e/src/faults/separate-crash.spec.ts': 50,
  'test/chaos/src/chaos.spec.ts': 45,
  'services/memory/test/graphs.spec.ts': 35,
  'test/e2e/src/faults/up.spec.ts': 35,
  'services/tool-host/src/openapi/openapi.spec.ts': 35,
  'test/e2e/src/faults/crash.spec.ts': 30,
  'test/e2e/src/faults/large-crash.spec.ts': 30,
  'services/router/src/dispatch/reconciler.spec.ts': 30,
  'test/e2e/src/platform/bundle.spec.ts': 25,
  'services/router/src/admission/admission.spec.ts': 25,
  'services/tool-host/src/webmcp/webmcp.spec.ts': 25,
  'services/tool-host/src/builtin/javascript/sandbox.spec.ts': 20,
  'services/tool-host/src/secrets/secrets.spec.ts': 20,
  'services/executor/src/wake-ups.spec.ts': 20,
  'test/e2e/src/faults/decisions.spec.ts': 20,
  'services/memory/test/consolidation.spec.ts': 15,
  'services/executor/src/waiting.spec.ts': 15,
  'services/tool-host/src/mcp/supervision.spec.ts': 15,
  'test/e2e/src/people/people.spec.ts': 15,
};
/** What one of the others takes, about. */
const SHORT_SECONDS = 2;

const secondsOf = ({ path, duration }) => {
  const name = Object.keys(SECONDS).find((long) => path.endsWith(`/${long}`));
  return name === undefined ? undefined : duration === undefined ? SECONDS[name] : duration / 1_000;
};

export default class LongTestsFirst extends Sequencer {
  #workers;

  constructor(options) {
    super(options);
    this.#workers = options.globalConfig.maxWorkers;
  }

  async sort(tests) {
    const sorted = await super.sort(tests);
    const long = sorted.filter((test) => secondsOf(test) !== undefined);
    const short = sorted.filter((test) => secondsOf(test) === undefined);
    long.sort((one, other) => secondsOf(other) - secondsOf(one));
    return interleave(
      long.map((test) => ({ test, seconds: secondsOf(test) })),
      short.map((test) => ({ test, seconds: test.duration ? test.duration / 1_000 : SHORT_SECONDS })),
      this.#workers,
    );
  }
}
