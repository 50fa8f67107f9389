import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '@switchyard/config';
import { fromValue, newId, type JsonValue, type SendInputRequest } from '@switchyard/contracts';
import {
  entriesOfTypes,
  hasEnded,
  JournalStore,
  type Appended,
  type RunEventBodyInit,
  type RunState,
} from '@switchyard/journal';
import { CONFIG } from '@switchyard/service';
import { currentTraceId, metrics } from '@switchyard/telemetry';
import { DataSource } from 'typeorm';
import { RunNotices } from '../dispatch/run-notices.service.js';
import { untilCurrent } from '../shared/until-current.js';
import { userSays } from '../shared/user-says.js';
import { MAX_ADDED } from '../tasks/can-join.js';
import { checkAsked } from './asked-call.js';
import { endedForInput, inputConflict, inputLimit, inputTooLarge, runNotFound } from './run-errors.js';

/**
 * Says something to a run that goes on. It is said when its entry is committed: an executor that has the run in hand is told,
 * and reads it in any case before it can write anything; a run that waits for this answer is woken.
 */
@Injectable()
export class SendInputService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(RunNotices) private readonly notices: RunNotices,
  ) {}

  /**
   * With a key that the run knows, nothing is added.
   *
   * @throws SwitchyardError `run.not_found`, `run.already_ended`, `run.asks_nothing`, `run.already_answered`,
   *   `run.input_limit`, `input.conflict`, `input.too_large`, `journal.conflict` retryable
   */
  async send(request: SendInputRequest): Promise<void> {
    const input = fromValue(request.input);
    const bytes = Buffer.byteLength(JSON.stringify(input));
    const { taskBytes } = this.config.limits;
    if (bytes > taskBytes) throw inputTooLarge(bytes, taskBytes);
    const id = request.idempotencyKey || newId('input');
    const appended = await untilCurrent(() => this.append(request, input, id));
    if (!appended) return;
    const isAnswer = request.callId !== '';
    metrics
      .counter('switchyard_router_inputs_total', 'What was said to runs under way.', ['kind'])
      .inc({ kind: isAnswer ? 'answer' : 'addition' });
    if (isAnswer) this.notices.arrived(appended, 'input_appended');
    else this.notices.added(appended);
  }

  /** Undefined where it was said before. */
  private async append(
    { tenant, runId, callId, actor }: SendInputRequest,
    input: JsonValue,
    id: string,
  ): Promise<Appended | undefined> {
    const state = await this.journal.loadState(runId);
    if (state.tenant !== tenant) throw runNotFound(runId);
    if (state.inputIds.includes(id)) return this.knownAs(state, callId, input, id);
    if (hasEnded(state)) throw endedForInput(state);
    if (state.inputIds.length >= MAX_ADDED) throw inputLimit(runId, MAX_ADDED);
    const body = bodyOf(state, callId, input, id);
    return this.journal.append(state, [{ body, actor: actor || 'router', traceId: currentTraceId() ?? '' }]);
  }

  /** Said before: nothing is added. @throws SwitchyardError `input.conflict` where something else was said with this key */
  private async knownAs({ runId }: RunState, callId: string, input: JsonValue, id: string): Promise<undefined> {
    for (const { body } of await entriesOfTypes(this.dataSource, runId, ['InputAppended'])) {
      if (body.case !== 'inputAppended' || body.value.id !== id) continue;
      const { source, messages, references } = body.value;
      const same = isDeepStrictEqual(messages, [userSays(input)]);
      const target = source === 'answer' ? references[0] : '';
      if (!same || target !== callId) throw inputConflict(runId, id);
    }
    return undefined;
  }
}

function bodyOf(state: RunState, callId: string, input: JsonValue, id: string): RunEventBodyInit {
  const said = { messages: [userSays(input)], id };
  if (callId === '') return { case: 'inputAppended', value: { ...said, source: 'user' } };
  checkAsked(state, callId);
  return { case: 'inputAppended', value: { ...said, source: 'answer', references: [callId] } };
}
