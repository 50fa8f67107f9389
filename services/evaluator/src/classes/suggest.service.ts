import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { RpcClient, withInput } from '@switchyard/bus';
import {
  fromValue,
  RouterService,
  SwitchyardError,
  type JsonObject,
  type MessageInitShape,
  type SuggestClassesRequest,
  type SuggestedClassesSchema,
} from '@switchyard/contracts';
import { UNLIKE } from '@switchyard/evidence';
import { mayBeAttempt } from '../evaluations/attempt.js';
import { mayBeJudgement } from '../judgements/judgement.js';
import { KINDS } from '../redaction/kinds.js';
import { redact } from '../redaction/redact.js';
import { judgeInTime } from '../scorers/judge-in-time.js';
import { ClassedRunsRepository } from './classed-runs.repository.js';
import type { DescribedGroup } from './describe-groups.js';
import { inputText } from './input-text.js';
import { seeded } from './seeded.js';
import { suggestClasses, type Suggestion } from './suggest-classes.js';

interface ReadRun {
  runId: string;
  text: string;
}

const MAX_RUNS = 1_000;
/** Runs that are asked for at once. */
const AT_ONCE = 16;
/** Characters of an input that count: what it is about stands at its beginning, and redacting takes as long as the text is long. */
const READ = 4_000;
const EXAMPLES = 3;
const EXAMPLE = 160;
/** Any: the same runs must give the same classes whenever they are asked for. */
const SEED = 20_261_128;

/** Proposes classes of what an agent was asked. */
@Injectable()
export class SuggestService {
  constructor(
    @Inject(ClassedRunsRepository) private readonly runs: ClassedRunsRepository,
    @Inject(RpcClient) private readonly rpc: RpcClient,
  ) {}

  /**
   * Takes seconds for a thousand runs; others are answered in between. Personal data and secrets are taken out before anything is
   * read, so that no word of a class is of an address; names of people may be words still.
   *
   * @throws SwitchyardError `agent.not_found` where nothing is recorded of it and there is none; `rpc.…`, `database.…` (retryable)
   */
  async suggest({
    tenant,
    agent,
    last,
  }: SuggestClassesRequest): Promise<MessageInitShape<typeof SuggestedClassesSchema>> {
    const found = await this.runs.newest(tenant, agent, Math.min(last || MAX_RUNS, MAX_RUNS));
    if (found.length === 0) await this.rpc.call(RouterService.method.getAgent, { tenant, name: agent });
    const read: ReadRun[] = [];
    for (let at = 0; at < found.length; at += AT_ONCE) {
      const some = await Promise.all(found.slice(at, at + AT_ONCE).map((runId) => this.read(tenant, runId)));
      read.push(...some.filter((run) => run !== undefined));
    }
    const suggestion = await inTurns(
      suggestClasses(
        read.map(({ text }) => text),
        seeded(SEED),
      ),
    );
    const { classes, groups, silhouette, stability, agreement } = suggestion;
    return {
      classes: classes.map((each) => classView(each, read)),
      rules: { agent, classes: classes.map(ruleOf) },
      runs: read.length,
      unlike: groups.filter((group) => group === UNLIKE).length,
      leftOut: found.length - read.length,
      ...{ stability, silhouette, agreement },
    };
  }

  /** Undefined where there is nothing to read: of evaluations and judges, without words, or no longer kept. */
  private async read(tenant: string, runId: string): Promise<ReadRun | undefined> {
    try {
      const run = await withInput(this.rpc, await this.rpc.call(RouterService.method.getRun, { tenant, runId }));
      if (mayBeAttempt(run.idempotencyKey) || mayBeJudgement(run.idempotencyKey)) return undefined;
      const whole = inputText(fromValue(run.input)).slice(0, READ);
      const redacted = judgeInTime(() => redact(whole, KINDS));
      const text = redacted !== 'late' && typeof redacted.value === 'string' ? redacted.value : '';
      return text.trim() === '' ? undefined : { runId, text };
    } catch (error) {
      if (error instanceof SwitchyardError && /^(run|payload)\.not_found$/.test(error.code)) return undefined;
      throw error;
    }
  }
}

async function inTurns(work: Generator<void, Suggestion>): Promise<Suggestion> {
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) return step.value;
    await setImmediate();
  }
}

function classView({ name, telling, members }: DescribedGroup, read: readonly ReadRun[]) {
  const examples = new Map<string, string>();
  for (const member of members) {
    const run = read[member];
    const text = run?.text.replace(/\s+/g, ' ').slice(0, EXAMPLE) ?? '';
    // The same words again show nothing more.
    if (run && examples.size < EXAMPLES && !examples.has(text)) examples.set(text, run.runId);
  }
  return {
    name,
    runs: members.length,
    words: telling,
    examples: [...examples].map(([text, runId]) => ({ text, runId })),
  };
}

function ruleOf({ name, words, threshold, members }: DescribedGroup): JsonObject {
  return { class: name, description: `${members.length} runs`, like: Object.fromEntries(words), threshold };
}
