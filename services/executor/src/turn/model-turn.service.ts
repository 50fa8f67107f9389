import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import { newId, SwitchyardError, type AgentVersion, type ToolDefinition } from '@switchyard/contracts';
import {
  callModel,
  ModelError,
  shownTool,
  systemMessage,
  UNTRUSTED_NOTE,
  type Backend,
  type CanonicalMessage,
  type ModelRequest,
  type ModelResponse,
  type ToolDefinition as OfferedTool,
} from '@switchyard/models';
import { CONFIG, LOGGER } from '@switchyard/service';
import {
  GENAI,
  traceHeaders,
  metrics,
  OPERATION,
  SpanKind,
  SWITCHYARD,
  withSpan,
  type Logger,
} from '@switchyard/telemetry';
import { BackendPace, type Admission } from '../backends/backend-pace.service.js';
import { BackendReporter } from '../backends/backend-reporter.service.js';
import { BackendsService } from '../backends/backends.service.js';
import { RunFailure } from '../runs/run-failure.js';
import type { ShownTools } from '../context/shown-tools.js';
import type { RunInHand } from '../runs/runs-in-hand.js';
import { TryLater } from '../runs/try-later.js';
import { configurationOf } from './configuration.js';
import type { RequestGate } from './request-gate.js';
import { afterFailure, asksTooMuch } from './retry-policy.js';
import type { CompletedTurn } from './turn-drafts.js';
import type { CompactedContext, TurnContext } from './turn-context.js';
import { TurnContexts } from './turn-contexts.service.js';
import { TurnStream } from './turn-stream.js';

/** A shorter wait is over before the other executors would hear of a pause. */
const PAUSE_FROM_MS = 1_000;

/** What a turn is asked with. */
export interface TurnInput {
  run: RunInHand;
  turn: number;
  agent: AgentVersion;
  backend: Backend;
  tools: ShownTools;
  messages: readonly CanonicalMessage[];
  /** Aborted with the reason to stop; includes the run's own signal. */
  signal: AbortSignal;
  /** When the run's time is over, in milliseconds since 1970; Infinity where it has no limit. */
  endsAt: number;
  /** Requests that the backend was sent for this turn before the run was parked to try again. */
  attempts: number;
  /** Whether the turn is asked of another backend after this error: then readers forget what this one said. */
  startsOver: (error: unknown) => boolean;
  /** Asked before each request. */
  gate: RequestGate;
}

interface Answer {
  response: ModelResponse;
  startedAt: Date;
  durationMs: number;
  firstTokenMs: number;
}

/** Asks a backend for one turn: streams it, tries again where that may help, says how the backend behaves. */
@Injectable()
export class ModelTurnService {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(BackendsService) private readonly backends: BackendsService,
    @Inject(BackendReporter) private readonly reporter: BackendReporter,
    @Inject(BackendPace) private readonly pace: BackendPace,
    @Inject(TurnContexts) private readonly contexts: TurnContexts,
  ) {}

  /**
   * @throws RunFailure with the model's error when it is terminal or every attempt failed; the signal's reason when it was
   *   aborted; TryLater, with `model.rate_limited` and the like, where the run is to be parked
   */
  async complete(input: TurnInput): Promise<CompletedTurn & { compacted: CompactedContext | undefined }> {
    const stream = new TurnStream(this.bus, input.run, input.turn, this.logger);
    const { backend, tools, turn } = input;
    const configuration = configurationOf(input.agent, backend, tools, this.config.version);
    input.run.stream = stream;
    input.run.asked = configuration;
    try {
      const { answer, attempts, compacted } = await this.attemptUntilDone(input, stream);
      input.run.asked = undefined;
      return { ...answer, turn, backend, configuration, tools, attempts, compacted };
    } catch (error) {
      if (input.startsOver(error)) stream.reset();
      await input.gate.release();
      throw error;
    } finally {
      input.run.stream = undefined;
    }
  }

  private async attemptUntilDone(
    input: TurnInput,
    stream: TurnStream,
  ): Promise<{ answer: Answer; attempts: number; compacted: CompactedContext | undefined }> {
    const asked = requestOf(input.agent, input.tools, input.messages);
    let context: TurnContext | undefined;
    let refits = 0;
    const { signal, startsOver: mayLeave } = input;
    for (let attempt = input.attempts + 1; ; attempt += 1) {
      let admission: Admission | undefined;
      try {
        context ??= await this.contexts.open(asked, input.backend);
        admission = await this.pace.admit(input.backend.name, context.estimate, { signal, mayLeave });
        await input.gate.before(context.estimate);
        const answer = await this.ask(input, context.request, stream);
        context.learn(answer.response);
        this.reporter.succeeded(input.backend.name, admission.isProbe);
        admission.succeeded(answer.response.usage.inputTokens + answer.response.usage.outputTokens);
        const compacted = context.compacted(asked.messages.length - input.messages.length);
        return { answer, attempts: attempt, compacted };
      } catch (error) {
        if (input.signal.aborted || !ModelError.is(error)) {
          admission?.dropped();
          throw input.signal.aborted ? input.signal.reason : error;
        }
        input.gate.failed(error);
        const told = this.reporter.failed(input.backend.name, error);
        admission?.failed(told);
        // A request that was made smaller is another request: it does not count as tried again.
        if (await context?.shrink(error)) refits += 1;
        else await this.recover(input, error, attempt - refits);
        stream.reset();
      }
    }
  }

  private async recover(input: TurnInput, error: ModelError, attempt: number): Promise<void> {
    const remainingMs = input.endsAt - Date.now();
    const coded = codedError(error, input.backend, attempt, remainingMs);
    const decision = afterFailure(error, { attempt, max: this.config.executor.modelAttempts, remainingMs });
    this.logger.warn(
      { err: coded, run: input.run.runId, backend: input.backend.name, attempt, decision },
      'A model request failed',
    );
    if (error.kind === 'rate_limited' && decision.action !== 'give_up' && decision.ms >= PAUSE_FROM_MS) {
      await this.backends.pause(input.backend.name, new Date(Date.now() + decision.ms));
    }
    if (decision.action === 'give_up') throw RunFailure.of(coded);
    if (decision.action === 'park') throw new TryLater(coded, new Date(Date.now() + decision.ms), attempt);
    await sleep(decision.ms, undefined, { signal: input.signal }).catch(() => {
      throw input.signal.reason;
    });
  }

  private ask(input: TurnInput, request: ModelRequest, stream: TurnStream): Promise<Answer> {
    const { backend, agent, run } = input;
    const attributes = {
      [GENAI.operation]: OPERATION.chat,
      [GENAI.provider]: backend.api,
      [GENAI.requestModel]: backend.model,
      [GENAI.agentName]: agent.definition?.name ?? '',
      [SWITCHYARD.backend]: backend.name,
      [SWITCHYARD.run]: run.runId,
    };
    return withSpan(`${OPERATION.chat} ${backend.model}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
      const answer = await this.receive(input, request, stream);
      const { response } = answer;
      span.setAttributes({
        [GENAI.responseModel]: response.modelId,
        [GENAI.responseId]: response.responseId,
        [GENAI.finishReasons]: [response.finishReason],
        [GENAI.inputTokens]: response.usage.inputTokens,
        [GENAI.outputTokens]: response.usage.outputTokens,
        [GENAI.cacheReadTokens]: response.usage.cacheReadTokens,
      });
      observe(backend.name, answer);
      return answer;
    });
  }

  private async receive({ backend, signal }: TurnInput, request: ModelRequest, stream: TurnStream): Promise<Answer> {
    const startedAt = new Date();
    const began = performance.now();
    let firstTokenMs = 0;
    const { firstByteMs, idleMs } = this.config.executor;
    const events = callModel(backend, request, {
      signal,
      headers: traceHeaders(),
      apiKey: backend.apiKeyEnv === undefined ? undefined : process.env[backend.apiKeyEnv],
      timeouts: { firstByteMs, idleMs },
      mintCallId: () => newId('call'),
    });
    for await (const event of events) {
      if (event.type === 'response') {
        stream.flush();
        return { response: event.response, startedAt, firstTokenMs, durationMs: performance.now() - began };
      }
      stream.push(event);
      if (firstTokenMs === 0 && stream.started) firstTokenMs = performance.now() - began;
    }
    throw new SwitchyardError('internal', 'callModel ended without a response: a defect in the wire adapter.', {
      retryable: true,
    });
  }
}

/** Definitions are kept over turns, and so is what is offered of them. */
const offers = new WeakMap<ToolDefinition, OfferedTool>();

function requestOf(
  agent: AgentVersion,
  { shown, unshown }: ShownTools,
  messages: readonly CanonicalMessage[],
): ModelRequest {
  const { instructions = '', parameters, resultSchema } = agent.definition ?? {};
  const isOutside = shown.some(({ untrusted }) => untrusted) || unshown.some(({ untrusted }) => untrusted);
  const told = [instructions, isOutside ? UNTRUSTED_NOTE : ''].filter((text) => text !== '').join('\n\n');
  return {
    messages: told === '' ? messages : [systemMessage(told), ...messages],
    ...(shown.length > 0 ? { tools: shown.map(offered) } : {}),
    ...(unshown.length > 0 ? { unshownTools: unshown.map(offered) } : {}),
    ...(resultSchema === undefined ? {} : { output: { schema: resultSchema } }),
    ...(parameters?.temperature === undefined ? {} : { temperature: parameters.temperature }),
    ...(parameters?.topP === undefined ? {} : { topP: parameters.topP }),
    ...(parameters?.maxOutputTokens ? { maxOutputTokens: parameters.maxOutputTokens } : {}),
  };
}

function offered(definition: ToolDefinition): OfferedTool {
  const known = offers.get(definition);
  if (known) return known;
  const { name, description, parameters, untrusted } = definition;
  const tool = { name, description, inputSchema: parameters ?? { type: 'object' } };
  const shown = untrusted ? shownTool(tool) : tool;
  offers.set(definition, shown);
  return shown;
}

/** The model's error as the journal and the bus tell it. Its message never holds the key. */
function codedError(error: ModelError, backend: Backend, attempts: number, remainingMs: number): SwitchyardError {
  const { retryAfterMs } = error;
  const tooLate = asksTooMuch(error, remainingMs)
    ? ` It asks for ${seconds(retryAfterMs ?? 0)} s of patience, and this run has ${seconds(remainingMs)} s left (limits.seconds): use another backend, or run it again later.`
    : '';
  return new SwitchyardError(error.code, `${error.message}${tooLate}`, {
    retryable: error.retryable,
    details: {
      backend: backend.name,
      kind: error.kind,
      attempts,
      ...(error.status === undefined ? {} : { status: error.status }),
      ...(retryAfterMs === undefined ? {} : { provider_retry_after_ms: retryAfterMs }),
    },
    cause: error,
  });
}

const seconds = (ms: number): number => Math.max(0, Math.floor(ms / 1_000));

function observe(backend: string, { response, durationMs, firstTokenMs }: Answer): void {
  metrics
    .histogram('switchyard_model_turn_seconds', 'Time that a model turn takes.', ['backend'])
    .observe({ backend }, durationMs / 1_000);
  if (firstTokenMs > 0) {
    metrics
      .histogram('switchyard_model_first_token_seconds', 'Time from a model request to its first token.', ['backend'])
      .observe({ backend }, firstTokenMs / 1_000);
  }
  const tokens = metrics.counter('switchyard_model_tokens_total', 'Tokens that models took and gave.', [
    'backend',
    'direction',
  ]);
  tokens.inc({ backend, direction: 'input' }, response.usage.inputTokens);
  tokens.inc({ backend, direction: 'output' }, response.usage.outputTokens);
}
