import type { ServiceDefinition } from '@switchyard/service';
import { feedbackConsumer } from './feedback/feedback.controller.js';
import { EvaluatorModule } from './evaluator.module.js';
import type { EvaluatorOptions } from './evaluator-options.js';
import { evaluationOwner } from './persistence/evaluation-owner.js';

/** The events that the record is made of; nothing else is delivered. */
const EVENTS = ['RunAccepted', 'ModelTurnCompleted', 'RunCompleted', 'RunFailed', 'RunCancelled'] as const;

/**
 * Deliveries before an event is given up: some sixteen hours at a minute each. An outage of the database or the router must
 * not cost outcomes.
 */
const MAX_DELIVER = 1_000;

/**
 * Events that one process has in hand. Each waits for the router's word and for a commit that it shares with the others: with fewer, the waiting is
 * what limits it, and with more, a process that is killed leaves more to come again after the ack wait.
 */
const IN_HAND = 128;

/** The evaluator; options other than the default are for tests. */
export function defineEvaluator(options: Partial<EvaluatorOptions> = {}): ServiceDefinition {
  return {
    name: 'evaluator',
    owner: evaluationOwner,
    poolSize: 8,
    module: () => EvaluatorModule.create(options),
    workConsumers: ({ bus }) => [
      {
        kind: 'event',
        durable: 'events-evaluator',
        filters: EVENTS.map((type) => bus.subjects.event('*', '*', type)),
        concurrency: IN_HAND,
        maxDeliver: MAX_DELIVER,
        // Told again, everything here is found done.
        confirmsAcks: false,
      },
      feedbackConsumer(bus),
    ],
  };
}

export const serviceDefinition: ServiceDefinition = defineEvaluator();
