import {
  create,
  RolloutSchema,
  SwitchyardError,
  timestampFromDate,
  timestampFromMs,
  type EndRolloutRequest,
  type ListRolloutsQuery,
  type MessageInitShape,
  type Rollout,
} from '@switchyard/contracts';

/** The router's rollouts: started by the test, ended once, and told as the contract says. */
export class StubRollouts {
  readonly rollouts = new Map<string, Rollout>();
  /** Requests to end one, repetitions included. */
  readonly ends: EndRolloutRequest[] = [];
  /** How many of the next acknowledgements are lost: the end is made, and the caller hears of an error. */
  lostAcknowledgements = 0;
  away = false;

  start(init: MessageInitShape<typeof RolloutSchema>): Rollout {
    const given = { tenant: 'default', agent: 'helper', baseline: 'sha256:old', candidate: 'sha256:new' };
    const more = { share: 0.5, sticky: 'thread', startedBy: 'user:test', status: 'running' };
    const rollout = create(RolloutSchema, { ...given, ...more, startedAt: timestampFromMs(0), ...init });
    this.rollouts.set(rollout.id, rollout);
    return rollout;
  }

  get(id: string): Rollout {
    this.beThere();
    const rollout = this.rollouts.get(id);
    if (rollout === undefined) throw new SwitchyardError('rollout.not_found', `There is no rollout ${id}.`);
    return rollout;
  }

  /** Pages of two, so that paging is met. */
  list({ status, after }: ListRolloutsQuery): { rollouts: Rollout[]; more: boolean } {
    this.beThere();
    const all = [...this.rollouts.values()].filter((rollout) => status === '' || rollout.status === status);
    const begin = after === '' ? 0 : all.findIndex(({ id }) => id === after) + 1;
    return { rollouts: all.slice(begin, begin + 2), more: all.length > begin + 2 };
  }

  end(request: EndRolloutRequest): Rollout {
    this.beThere();
    this.ends.push(request);
    const rollout = this.get(request.id);
    if (rollout.status === 'running') {
      const { status, reason, guardrail, actor: endedBy } = request;
      Object.assign(rollout, { status, reason, guardrail, endedBy, endedAt: timestampFromDate(new Date()) });
    }
    if (this.lostAcknowledgements === 0) return rollout;
    this.lostAcknowledgements -= 1;
    throw new SwitchyardError('rpc.unavailable', 'The answer was lost.', { retryable: true });
  }

  private beThere(): void {
    if (this.away) throw new SwitchyardError('rpc.unavailable', 'The router is away.', { retryable: true });
  }
}
