import { rpcSubject, type Bus } from '@switchyard/bus';
import {
  decode,
  DeltaSchema,
  encode,
  eventTypeOf,
  ExecutorService,
  PartialQuerySchema,
  PartialTurnSchema,
  RouterService,
  RunEventSchema,
  SwitchyardError,
  type Delta,
  type RunEvent,
} from '@switchyard/contracts';
import { ScriptedRun } from '../stream/run-stream.fixture.js';
import type { StubServices } from './stub-services.fixture.js';

/** A scripted run with its router and its executor on the real bus. */
export class LiveRun extends ScriptedRun {
  /** Whether the executor answers for the text of its turn. */
  executorAnswers = true;
  /** Characters of one answer; 0: all at once. */
  charactersAtOnce = 0;

  constructor(
    private readonly bus: Bus,
    services: StubServices,
    readonly id: string,
  ) {
    super(id);
    services.answer(RouterService.method.getRun, ({ runId }) => {
      if (runId !== this.id) throw new SwitchyardError('run.not_found', `There is no run "${runId}".`);
      return { runId, status: this.ended ? 'completed' : 'running', seq: this.journal.length, turns: this.turns };
    });
    services.answer(RouterService.method.listEvents, ({ afterSeq, limit }) => ({
      events: this.journal.slice(afterSeq, afterSeq + (limit || 1_000)),
      more: this.journal.length > afterSeq + (limit || 1_000),
    }));
    bus.nc.subscribe(rpcSubject(bus, ExecutorService.method.getPartial), {
      callback: (_, message) => {
        const query = decode(PartialQuerySchema, message.data);
        if (!this.executorAnswers || query.runId !== this.id) return;
        const most = this.charactersAtOnce;
        message.respond(encode(PartialTurnSchema, most > 0 ? this.partialAfter(query, most) : this.partial()));
      },
    });
  }

  /** Tells the bus, as the executor does. */
  tell(what: RunEvent | Delta): void {
    const { subjects, nc } = this.bus;
    if (what.$typeName === 'switchyard.v1.Delta')
      nc.publish(subjects.stream('acme', this.id), encode(DeltaSchema, what));
    else nc.publish(subjects.event('acme', this.id, eventTypeOf(what)), encode(RunEventSchema, what));
  }
}
