import { Http, type HttpOptions } from './http.js';
import { Agents } from './resources/agents.js';
import { Approvals } from './resources/approvals.js';
import { Backends } from './resources/backends.js';
import { Certificates } from './resources/certificates.js';
import { DeadLetters } from './resources/dead-letters.js';
import { Drift } from './resources/drift.js';
import { Effects } from './resources/effects.js';
import { Questions } from './resources/questions.js';
import { Bundles } from './resources/bundle.js';
import { Budgets } from './resources/budgets.js';
import { Evaluations } from './resources/evaluations.js';
import { Feedback } from './resources/feedback.js';
import { Keys } from './resources/keys.js';
import { Memories } from './resources/memories.js';
import { Policies } from './resources/policies.js';
import { Rollouts } from './resources/rollouts.js';
import { Runs } from './resources/runs.js';
import { Schedules } from './resources/schedules.js';
import { Secrets } from './resources/secrets.js';
import { Classes } from './resources/classes.js';
import { Routing } from './resources/routing.js';
import { Suites } from './resources/suites.js';
import { Swaps } from './resources/swaps.js';
import { System } from './resources/system.js';
import { Tasks } from './resources/tasks.js';
import { Tools } from './resources/tools.js';
import { Watches } from './resources/watches.js';

/**
 * Switchyard over HTTP. Answers are the messages of the contracts. Every method throws `SwitchyardError` with the
 * platform's code; what may be tried again without harm is, a few times.
 */
export class SwitchyardClient {
  readonly tasks: Tasks;
  readonly schedules: Schedules;
  readonly runs: Runs;
  readonly approvals: Approvals;
  readonly policies: Policies;
  readonly agents: Agents;
  readonly rollouts: Rollouts;
  readonly backends: Backends;
  readonly tools: Tools;
  readonly secrets: Secrets;
  readonly effects: Effects;
  readonly questions: Questions;
  readonly memories: Memories;
  readonly evaluations: Evaluations;
  readonly routing: Routing;
  readonly suites: Suites;
  readonly classes: Classes;
  readonly certificates: Certificates;
  readonly drift: Drift;
  readonly watches: Watches;
  readonly swaps: Swaps;
  readonly feedback: Feedback;
  readonly bundles: Bundles;
  readonly budgets: Budgets;
  readonly keys: Keys;
  readonly deadLetters: DeadLetters;
  readonly system: System;

  constructor(options: HttpOptions) {
    const http = new Http(options);
    this.tasks = new Tasks(http);
    this.schedules = new Schedules(http);
    this.runs = new Runs(http);
    this.approvals = new Approvals(http);
    this.policies = new Policies(http);
    this.agents = new Agents(http);
    this.rollouts = new Rollouts(http);
    this.backends = new Backends(http);
    this.tools = new Tools(http);
    this.secrets = new Secrets(http);
    this.effects = new Effects(http);
    this.questions = new Questions(http);
    this.memories = new Memories(http);
    this.evaluations = new Evaluations(http);
    this.routing = new Routing(http);
    this.suites = new Suites(http);
    this.classes = new Classes(http);
    this.certificates = new Certificates(http);
    this.drift = new Drift(http);
    this.watches = new Watches(http);
    this.swaps = new Swaps(http);
    this.feedback = new Feedback(http);
    this.bundles = new Bundles(http);
    this.budgets = new Budgets(http);
    this.keys = new Keys(http);
    this.deadLetters = new DeadLetters(http);
    this.system = new System(http);
  }
}
