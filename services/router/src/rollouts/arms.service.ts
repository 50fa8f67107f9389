import { Inject, Injectable } from '@nestjs/common';
import { SwitchyardError, type AgentDefinition } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import type { AgentRollout, NewRunAgent } from '../agents/agents.service.js';
import { armOf, type StickyKeys } from './arm-of.js';
import { RolloutsService } from './rollouts.service.js';

/** Which version a new run executes, and what was chosen for that version. */
export interface Placed<Chosen> {
  version: string;
  definition: AgentDefinition;
  chosen: Chosen;
  /** For RunAccepted; empty where no rollout decided. */
  rollout: string;
  rolloutArm: string;
  /** For people, in few words; empty where no rollout decided. */
  reason: string;
}

/** Gives new runs to the arms of a rollout. */
@Injectable()
export class ArmsService {
  constructor(
    @Inject(RolloutsService) private readonly rollouts: Pick<RolloutsService, 'end'>,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /**
   * Chooses for the arm that the run belongs to. A run of the candidate for which nothing can be chosen is the baseline's:
   * nobody's task fails because another version is tried. Where it cannot be chosen for good, the rollout is rolled back.
   *
   * @param choose a backend for a definition
   * @throws what `choose` throws for the current version
   */
  async place<Chosen>(
    tenant: string,
    agent: NewRunAgent,
    keys: StickyKeys,
    choose: (definition: AgentDefinition) => Chosen | Promise<Chosen>,
  ): Promise<Placed<Chosen>> {
    const { rollout } = agent;
    if (!rollout) return { ...(await chosenFor(agent, choose)), rollout: '', rolloutArm: '', reason: '' };
    const arm = armOf(rollout, keys);
    if (arm === 'baseline') return onArm(rollout, arm, await chosenFor(agent, choose));
    try {
      if (!rollout.candidate) throw versionGone();
      return onArm(rollout, arm, await chosenFor(rollout.candidate, choose));
    } catch (error) {
      if (!(error instanceof SwitchyardError) || !/^(backend|agent|routing)\./.test(error.code)) throw error;
      const why = `its candidate cannot run: ${error.message}`;
      if (!error.retryable) await this.rollBack(tenant, rollout, why);
      return onArm(rollout, 'baseline', await chosenFor(agent, choose), why);
    }
  }

  private async rollBack(tenant: string, { id }: AgentRollout, reason: string): Promise<void> {
    try {
      await this.rollouts.end({ tenant, id, status: 'rolled_back', reason, guardrail: '', actor: 'router' });
    } catch (error) {
      // The next run of the candidate does it again; this task is accepted all the same.
      this.logger.warn({ err: error, tenant, rollout: id }, 'A rollout whose candidate cannot run was not rolled back');
    }
  }
}

async function chosenFor<Chosen>(
  { version, definition }: Pick<NewRunAgent, 'version' | 'definition'>,
  choose: (definition: AgentDefinition) => Chosen | Promise<Chosen>,
): Promise<Pick<Placed<Chosen>, 'version' | 'definition' | 'chosen'>> {
  return { version, definition, chosen: await choose(definition) };
}

function onArm<Chosen>(
  { id, share }: AgentRollout,
  rolloutArm: string,
  placed: Pick<Placed<Chosen>, 'version' | 'definition' | 'chosen'>,
  why = '',
): Placed<Chosen> {
  const share100 = Number((share * 100).toFixed(2));
  const reason = `${rolloutArm} of the rollout ${id} at ${share100} %${why === '' ? '' : `, since ${why}`}`;
  return { ...placed, rollout: id, rolloutArm, reason };
}

function versionGone(): SwitchyardError {
  return new SwitchyardError('agent.not_found', 'There is no such version any more.');
}
