import { describe, expect, it } from '@jest/globals';
import { AgentDefinitionSchema, create, SwitchyardError, type AgentDefinition } from '@switchyard/contracts';
import type { NewRunAgent } from '../agents/agents.service.js';
import { ArmsService } from './arms.service.js';
import type { RolloutsService } from './rollouts.service.js';

const definition = (name: string) => create(AgentDefinitionSchema, { name });
const candidate = { version: 'new', definition: definition('new') };
const agent: NewRunAgent = {
  ...{ version: 'old', definition: definition('old') },
  rollout: { id: 'rollout_1', share: 1, sticky: 'run', candidate },
};
const keys = { thread: '', user: '', run: 'run_1' };

/** Hears what is to end, and cannot end it. */
class Ends {
  readonly asked: string[] = [];
  readonly warned: string[] = [];
  readonly service: ArmsService;

  constructor() {
    const end: RolloutsService['end'] = ({ id, status, actor }) => {
      this.asked.push(`${id} ${status} ${actor}`);
      return Promise.reject(new Error('The database is away.'));
    };
    this.service = new ArmsService({ end }, { warn: (_: unknown, text?: string) => this.warned.push(text ?? '') });
  }
}

const refusing =
  (error: Error) =>
  ({ name }: AgentDefinition): string => {
    if (name === 'new') throw error;
    return `backend of ${name}`;
  };
const refusal = (retryable: boolean) =>
  new SwitchyardError('backend.none_suitable', 'No backend suits.', { retryable });

describe('a run of a candidate that cannot be accepted', () => {
  const baseline = { version: 'old', chosen: 'backend of old', rollout: 'rollout_1', rolloutArm: 'baseline' };
  const reason = expect.stringMatching(/^baseline of .* since its candidate cannot run: No backend suits\./);

  it('is the baseline for now where that may pass, and the rollout goes on', async () => {
    const ends = new Ends();
    const placed = await ends.service.place('default', agent, keys, refusing(refusal(true)));
    expect(placed).toMatchObject({ ...baseline, reason });
    expect(ends.asked).toEqual([]);
  });

  it('is the baseline where that stays so, and is accepted even while the rollout cannot be ended', async () => {
    const ends = new Ends();
    const placed = await ends.service.place('default', agent, keys, refusing(refusal(false)));
    expect(placed).toMatchObject({ ...baseline, reason });
    expect(ends.asked).toEqual(['rollout_1 rolled_back router']);
    expect(ends.warned).toHaveLength(1);
  });

  it('is the baseline where the version is not there, and fails where the baseline cannot be accepted either', async () => {
    const { candidate: _, ...without } = { ...agent.rollout, id: 'rollout_2', share: 1, sticky: 'run' };
    const ends = new Ends();
    const gone = await ends.service.place('default', { ...agent, rollout: without }, keys, () => 'any');
    expect(gone).toMatchObject({ version: 'old', rolloutArm: 'baseline' });
    expect(ends.asked).toEqual(['rollout_2 rolled_back router']);
    const none = () => Promise.reject(refusal(false));
    await expect(ends.service.place('default', agent, keys, none)).rejects.toMatchObject({
      code: 'backend.none_suitable',
    });
  });

  it('fails with what has nothing to do with the candidate, and ends nothing', async () => {
    const ends = new Ends();
    const failure = new SwitchyardError('database.unavailable', 'A moment.', { retryable: true });
    await expect(ends.service.place('default', agent, keys, refusing(failure))).rejects.toBe(failure);
    expect(ends.asked).toEqual([]);
  });
});
