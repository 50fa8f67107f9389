import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { RouterService, SwitchyardError, type JsonObject } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import { GENAI, metrics, SWITCHYARD, withSpan, type Logger } from '@switchyard/telemetry';
import type { EndedRun } from '../outcomes/ended-run.js';
import type { NewQuestion } from '../judgements/judgement.js';
import {
  fail,
  noVerdict,
  type Judged,
  type RuleScorer,
  type ToolCallMade,
  type ToolScorer,
  type Verdict,
} from '../scorers/scorer.js';
import { AskToolService } from './ask-tool.service.js';
import { divergenceOf, judgesCalls, untilDivergence, withoutOutput } from '../replays/diverged.js';
import { bindScorers } from '../suite/resolve-scorers.js';
import type { Attempt } from './attempt.js';
import type { NewScore } from './attempt.repository.js';
import { toNewScore } from './new-score.js';

/** Events of one page of a journal; the router's own most. */
const PAGE = 1_000;

export type JudgedRun = Pick<EndedRun, 'status' | 'runId' | 'output' | 'error' | 'durationMs' | 'costUsd'>;

/** What is found out about a run at once, and what its judges are to be asked. */
export interface Judgements {
  scores: NewScore[];
  questions: NewQuestion[];
}

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
    @Inject(AskToolService) private readonly tools: AskToolService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * A completed run is judged by every scorer. A failed one fails them all: it gave no answer, and leaving it out would
   * make a configuration look better than it is. A cancelled one says nothing about the configuration and has no scores.
   *
   * What judges are to be asked of a completed run comes back as questions.
   *
   * @throws SwitchyardError retryable, when the journal of a run, or the word of a tool, cannot be had now
   */
  judge(attempt: Attempt, run: JudgedRun): Promise<Judgements> {
    const attributes = {
      [SWITCHYARD.run]: run.runId,
      [SWITCHYARD.tenant]: attempt.tenant,
      [GENAI.evaluationName]: attempt.suite,
    };
    return withSpan('judge', { attributes }, async (span) => {
      const judgements = await this.judgementsOf(attempt, run);
      for (const { scorer, value, passed, errorCode } of judgements.scores) {
        this.scores.inc({ passed: errorCode === '' ? String(passed) : 'error' });
        span.addEvent('gen_ai.evaluation.result', { [GENAI.evaluationName]: scorer, [GENAI.evaluationScore]: value });
      }
      return judgements;
    });
  }

  private async judgementsOf(attempt: Attempt, run: JudgedRun): Promise<Judgements> {
    if (run.status === 'cancelled') return { scores: [], questions: [] };
    const where = divergenceOf(run.error);
    if (run.status === 'failed' && where !== undefined) return this.ofDiverged(attempt, run, where);
    if (run.status === 'failed') {
      const reason = `no answer: ${messageOf(run.error)}`;
      const { scorers } = attempt.definition;
      return { scores: scorers.map((options) => toNewScore(String(options['name']), fail(reason))), questions: [] };
    }
    const scorers = bindScorers(attempt.definition);
    const toolCalls = scorers.some(({ needsToolCalls }) => needsToolCalls)
      ? await this.toolCallsOf(attempt.tenant, run.runId)
      : [];
    const judgements: Judgements = { scores: [], questions: [] };
    for (const scorer of scorers) {
      if (scorer.needsToolCalls && toolCalls instanceof SwitchyardError) {
        const reason = `the run's journal cannot be read: ${toolCalls.message}`;
        judgements.scores.push(toNewScore(scorer.name, noVerdict('scorer.failed', reason)));
        continue;
      }
      const judged = judgedOf(attempt, run, toolCalls);
      if (scorer.by !== 'agent') {
        judgements.scores.push(toNewScore(scorer.name, await this.verdictOf(scorer, attempt, judged)));
        continue;
      }
      const { name, agent, backend } = scorer;
      judgements.questions.push(
        ...scorer.questions(judged).map((asked) => ({ ...asked, scorer: name, agent, backend })),
      );
    }
    return judgements;
  }

  /** Of a run that was answered from a record and left it: what it called until then. */
  private async ofDiverged(attempt: Attempt, run: JudgedRun, where: string): Promise<Judgements> {
    const { definition } = attempt;
    const counted = definition.scorers.filter(judgesCalls);
    const toolCalls = counted.length > 0 ? await this.toolCallsOf(attempt.tenant, run.runId) : [];
    const scores = [];
    for (const [index, scorer] of bindScorers(definition).entries()) {
      const options = definition.scorers[index];
      const isOfCalls = scorer.by === 'rule' && options !== undefined && judgesCalls(options);
      const verdict =
        isOfCalls && !(toolCalls instanceof SwitchyardError)
          ? untilDivergence(where, await this.verdictOf(scorer, attempt, judgedOf(attempt, run, toolCalls)))
          : withoutOutput(where);
      scores.push(toNewScore(scorer.name, verdict));
    }
    return { scores, questions: [] };
  }

  private async verdictOf(scorer: RuleScorer | ToolScorer, attempt: Attempt, judged: Judged): Promise<Verdict> {
    if (scorer.by === 'tool') return this.tools.ask(scorer, attempt, judged);
    try {
      return scorer.judge(judged);
    } catch (error) {
      // A defect of the scorer must not hold up the evaluation; the score says so, and the log has the rest.
      this.logger.error({ err: error, scorer: scorer.name }, 'A scorer failed');
      return noVerdict('scorer.failed', `the scorer failed: ${error instanceof Error ? error.message : String(error)}`);
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

function judgedOf(
  { definition }: Attempt,
  { output, durationMs, costUsd }: JudgedRun,
  toolCalls: ToolCallMade[] | SwitchyardError,
): Judged {
  const { input } = definition;
  return { input, output, durationMs, costUsd, toolCalls: Array.isArray(toolCalls) ? toolCalls : [] };
}

function messageOf(error: JsonObject | null): string {
  return error === null ? 'the run failed' : `${String(error['code'])}: ${String(error['message'])}`;
}
