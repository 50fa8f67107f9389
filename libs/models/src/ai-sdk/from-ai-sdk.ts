import { AnswerSize } from '../client/answer-size.js';
import type { CallOptions } from '../client/call-model.js';
import { DEFAULT_TIMEOUTS, randomCallId } from '../client/call-model.js';
import { Deadline } from '../client/deadline.js';
import { redactError, redactor } from '../client/redact.js';
import { ModelError } from '../model-error.js';
import type { ModelRequest } from '../model-request.js';
import type { ModelEvent, ModelResponse } from '../model-response.js';
import type { Profile, ProfileInit } from '../profile/profile.js';
import { defineProfile } from '../profile/profile.js';
import { requestInMode } from '../text-mode/request-in-mode.js';
import type { OutputEvents } from '../wire/output-reader.js';
import { outputEvents } from '../wire/output-reader.js';
import { plannedRequest } from '../wire/request-plan.js';
import { isStreamed } from '../wire/settings.js';
import type { WireTarget } from '../wire/wire-api.js';
import { aiSdkError } from './ai-sdk-error.js';
import type { AiSdkCallOptions, AiSdkModel } from './ai-sdk-model.js';
import { callOptions } from './ai-sdk-prompt.js';
import { AiSdkReader } from './ai-sdk-reader.js';

export interface AiSdkOptions {
  /** Names the backend in errors and provenance. Default: the SDK's provider. */
  name?: string;
  /** What differs from the defaults. The SDK speaks the wire, so only what holds above it counts. */
  profile?: Partial<Omit<ProfileInit, 'api'>>;
}

/** The SDK model has its own key, and its own `fetch`. */
export type AiSdkRequestOptions = Pick<CallOptions, 'signal' | 'timeouts' | 'mintCallId' | 'headers'>;

/** A model of the AI SDK, asked as any other backend is. */
export interface AiSdkBackend {
  readonly name: string;
  readonly model: string;
  readonly profile: Profile;
  /** As `callModel`: deltas as they arrive, the `response` last; throws `ModelError`. */
  call(request: ModelRequest, options?: AiSdkRequestOptions): AsyncGenerator<ModelEvent, void, undefined>;
  /** As `completeModel`. */
  complete(request: ModelRequest, options?: AiSdkRequestOptions): Promise<ModelResponse>;
}

/**
 * Takes a language model of the Vercel AI SDK (version 2 or 3 of its interface) as a backend: any history can be sent to it,
 * and its calls are judged before anybody executes one.
 *
 * @throws ModelError `model.ai_sdk_unsupported` for another version of the interface
 */
export function fromAiSdk(model: AiSdkModel, options: AiSdkOptions = {}): AiSdkBackend {
  if (model.specificationVersion !== 'v2' && model.specificationVersion !== 'v3') {
    throw new ModelError({
      kind: 'bad_request',
      code: 'model.ai_sdk_unsupported',
      message: `The model ${model.modelId} has version ${model.specificationVersion} of the AI SDK's interface. Versions v2 and v3 are known: use a provider package that has one of them.`,
    });
  }
  const name = options.name ?? model.provider;
  const reasoning = { signer: `ai-sdk:${model.provider}`, replay: 'field' as const, ...options.profile?.reasoning };
  const profile = defineProfile({ contextWindow: 128_000, ...options.profile, api: 'openai-chat', reasoning });
  const target: WireTarget = { name, model: model.modelId, profile };
  const call = (request: ModelRequest, more: AiSdkRequestOptions = {}) => callAiSdk(model, target, request, more);
  return { name, model: model.modelId, profile, call, complete: (request, more) => last(call(request, more)) };
}

async function last(events: AsyncIterable<ModelEvent>): Promise<ModelResponse> {
  let response: ModelResponse | undefined;
  for await (const event of events) if (event.type === 'response') response = event.response;
  if (response === undefined) throw new Error('the AI SDK reader ended without a response: a defect');
  return response;
}

async function* callAiSdk(
  model: AiSdkModel,
  target: WireTarget,
  request: ModelRequest,
  options: AiSdkRequestOptions,
): AsyncGenerator<ModelEvent, void, undefined> {
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const deadline = new Deadline(target.name, options.signal);
  try {
    deadline.total(timeouts.totalMs);
    deadline.await('first_byte', timeouts.firstByteMs);
    const [optionsKey = ''] = model.provider.split('.');
    const asked: AiSdkCallOptions = {
      ...callOptions(plannedRequest(requestInMode(request, target), target).request, target.profile, optionsKey),
      abortSignal: deadline.signal,
      ...(options.headers === undefined ? {} : { headers: options.headers }),
    };
    const reader = new AiSdkReader({ target, request, mintCallId: options.mintCallId ?? randomCallId });
    const size = new AnswerSize(target.name);
    const stream = isStreamed(request, target.profile);
    const value = outputEvents({ request, target });
    const exchange: Exchange = { model, target, asked, value, deadline, idleMs: timeouts.idleMs };
    for await (const event of stream ? streamed(exchange, reader) : whole(exchange, reader)) {
      size.add(event);
      yield event;
    }
  } catch (error) {
    const failure = deadline.reason ?? error;
    // What is not about the model is a defect of ours: it keeps its stack and its name.
    if (!ModelError.is(failure)) throw failure;
    throw redactError(failure, redactor([]));
  } finally {
    deadline.close();
  }
}

interface Exchange {
  model: AiSdkModel;
  target: WireTarget;
  asked: AiSdkCallOptions;
  value: OutputEvents;
  deadline: Deadline;
  idleMs: number;
}

async function* whole(
  { model, target, asked, value, deadline }: Exchange,
  reader: AiSdkReader,
): AsyncGenerator<ModelEvent> {
  const answer = await guard(target, false, () => deadline.race(Promise.resolve(model.doGenerate(asked))));
  deadline.rest();
  yield* value.shown(reader.pushWhole(answer));
  yield* value.ended(reader.end());
}

async function* streamed(exchange: Exchange, reader: AiSdkReader): AsyncGenerator<ModelEvent> {
  const { model, target, asked, value: output, deadline, idleMs } = exchange;
  const { stream } = await guard(target, false, () => deadline.race(Promise.resolve(model.doStream(asked))));
  const source = stream.getReader();
  let answering = false;
  try {
    for (;;) {
      if (answering) deadline.await('idle', idleMs);
      const { done, value } = await guard(target, answering, () => deadline.race(source.read()));
      if (done) break;
      answering = true;
      deadline.rest();
      yield* output.shown(reader.push(value));
    }
  } finally {
    // The caller has its outcome already: a stream that cannot be cancelled, because it failed, has nothing to add.
    void source.cancel().catch(() => undefined);
  }
  yield* output.ended(reader.end());
}

/** Whatever the SDK throws leaves as a `ModelError`. */
async function guard<T>(target: WireTarget, answering: boolean, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw aiSdkError(error, target, answering);
  }
}
