import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { RouterService, SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import { GENAI, metrics, SWITCHYARD, withSpan, type Logger } from '@switchyard/telemetry';
import type { EndedRun } from '../outcomes/ended-run.js';
import { fail, type BoundScorer, type ToolCallMade, type Verdict } from '../scorers/scorer.js';
import { bindScorers } from '../suite/resolve-scorers.js';
import type { Attempt } from './attempt.js';
import type { NewScore } from './attempt.repository.js';
import { toNewScore } from './new-score.js';

/** Events of one page of a journal; the router's own most. */
const PAGE = 1_000;

/** Applies a case's scorers to what became of it. */
@Injectable()
export class JudgeService {
  private readonly scores = metrics.counter(
    'switchyard_evaluator_scores_total',
    'Scores given to runs of evaluations.',
    ['passed'],
  );

  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * A completed run is judged by every scorer. A failed one fails them all: it gave no answer, and leaving it out would
   * make a configuration look better than it is. A cancelled one says nothing about the configuration and has no scores.
   *
   * @throws SwitchyardError retryable, when the journal of a run cannot be had now
   */
  judge(
    attempt: Attempt,
    run: Pick<EndedRun, 'status' | 'runId' | 'output' | 'error' | 'durationMs' | 'costUsd'>,
  ): Promise<NewScore[]> {
    const attributes = {
      [SWITCHYARD.run]: run.runId,
      [SWITCHYARD.tenant]: attempt.tenant,
      [GENAI.evaluationName]: attempt.suite,
    };
    return withSpan('judge', { attributes }, async (span) => {
      const scores = await this.scoresOf(attempt, run);
      for (const { scorer, value, passed } of scores) {
        this.scores.inc({ passed: String(passed) });
        span.addEvent('gen_ai.evaluation.result', { [GENAI.evaluationName]: scorer, [GENAI.evaluationScore]: value });
      }
      return scores;
    });
  }

  private async scoresOf(attempt: Attempt, run: Parameters<JudgeService['judge']>[1]): Promise<NewScore[]> {
    if (run.status === 'cancelled') return [];
    if (run.status === 'failed') {
      const reason = `no answer: ${messageOf(run.error)}`;
      return attempt.definition.scorers.map((options) => toNewScore(String(options['name']), fail(reason)));
    }
    const scorers = bindScorers(attempt.definition);
    const toolCalls = scorers.some(({ needsToolCalls }) => needsToolCalls)
      ? await this.toolCallsOf(attempt.tenant, run.runId)
      : [];
    return scorers.map((scorer) => toNewScore(scorer.name, this.apply(scorer, run, toolCalls)));
  }

  private apply(
    scorer: BoundScorer,
    { output, durationMs, costUsd }: { output: JsonValue; durationMs: number; costUsd: number },
    toolCalls: ToolCallMade[] | SwitchyardError,
  ): Verdict {
    if (scorer.needsToolCalls && toolCalls instanceof SwitchyardError) {
      return fail(`the run's journal cannot be read: ${toolCalls.message}`);
    }
    try {
      return scorer.judge({ output, durationMs, costUsd, toolCalls: Array.isArray(toolCalls) ? toolCalls : [] });
    } catch (error) {
      // A defect of the scorer must not hold up the evaluation; the score says so, and the log has the rest.
      this.logger.error({ err: error, scorer: scorer.name }, 'A scorer failed');
      return fail(`the scorer failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** The calls that the model asked for, from the run's journal: whole, unlike what passed by on the bus may be. */
  private async toolCallsOf(tenant: string, runId: string): Promise<ToolCallMade[] | SwitchyardError> {
    const calls: ToolCallMade[] = [];
    try {
      for (let afterSeq = 0; ;) {
        const { events } = await this.rpc.call(RouterService.method.listEvents, {
          tenant,
          runId,
          afterSeq,
          limit: PAGE,
        });
        const last = events.at(-1);
        if (last === undefined || last.seq <= afterSeq) return calls;
        for (const { body } of events) {
          if (body.case !== 'toolCallsRequested') continue;
          calls.push(...body.value.calls.map(({ tool, arguments: given }) => ({ tool, arguments: given ?? {} })));
        }
        afterSeq = last.seq;
      }
    } catch (error) {
      if (error instanceof SwitchyardError && !error.retryable) return error;
      throw error;
    }
  }
}

function messageOf(error: JsonObject | null): string {
  return error === null ? 'the run failed' : `${String(error['code'])}: ${String(error['message'])}`;
}
