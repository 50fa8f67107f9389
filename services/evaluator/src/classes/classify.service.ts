import { Inject, Injectable } from '@nestjs/common';
import { readPayload, RpcClient, withInput } from '@switchyard/bus';
import {
  fromValue,
  RouterService,
  SwitchyardError,
  TASK_CLASS,
  type ClassifyRequest,
  type JsonValue,
  type MessageInitShape,
  type TaskClassSchema,
} from '@switchyard/contracts';
import { mayBeJudgement } from '../judgements/judgement.js';
import type { EndedRun } from '../outcomes/ended-run.js';
import { ClassRulesService } from './class-rules.service.js';
import { classify, type Classified } from './classify.js';
import { inputText } from './input-text.js';

type ClassInit = MessageInitShape<typeof TaskClassSchema>;
type Asked = Pick<ClassifyRequest, 'tenant' | 'agent' | 'user' | 'metadata'> & { input: JsonValue };

/** Says of which class a task is, by its own word or by the rules that hold. */
@Injectable()
export class ClassifyService {
  constructor(
    @Inject(ClassRulesService) private readonly rules: ClassRulesService,
    @Inject(RpcClient) private readonly rpc: RpcClient,
  ) {}

  /** @throws SwitchyardError `run.not_found`, `payload.not_found` (of `run_id`) */
  async classOf(request: ClassifyRequest): Promise<ClassInit> {
    const asked = request.runId === '' ? { ...request, input: fromValue(request.input) } : await this.ofRun(request);
    const named = asked.metadata[TASK_CLASS] ?? '';
    if (named !== '') return { class: named, by: 'task' };
    const { rules, ...found } = await this.byRules(asked);
    return { ...found, agent: rules?.agent ?? '', number: rules?.number ?? 0 };
  }

  /** The run with the class that rules give it, where its task names none. Judges' runs are of no class. */
  async classed(run: EndedRun): Promise<EndedRun> {
    if (run.taskClass !== '' || mayBeJudgement(run.idempotencyKey)) return run;
    // Most tenants have no rules: nothing is fetched for them.
    if ((await this.rules.of(run.tenant, run.agent)).length === 0) return run;
    const { class: taskClass, by } = await this.byRules({ ...run, input: await this.inputOf(run) });
    return taskClass === '' ? run : { ...run, taskClass, classBy: by };
  }

  private async byRules({ tenant, agent, user, metadata, input }: Asked) {
    const sets = await this.rules.of(tenant, agent);
    const found: Classified = classify(sets, { tenant, agent, user, metadata, input: inputText(input) });
    return { ...found, rules: sets.find((rules) => rules === found.rules) };
  }

  private async ofRun({ tenant, runId }: ClassifyRequest): Promise<Asked> {
    const run = await withInput(this.rpc, await this.rpc.call(RouterService.method.getRun, { tenant, runId }));
    return { tenant, agent: run.agent, user: run.user, metadata: run.metadata, input: fromValue(run.input) };
  }

  /** Null where a large one is no longer kept: what stands in its metadata may class it still. */
  private async inputOf({ tenant, input, inputPayload }: EndedRun): Promise<JsonValue> {
    if (inputPayload === '') return input;
    try {
      return (await readPayload(this.rpc, tenant, inputPayload)).value;
    } catch (error) {
      if (error instanceof SwitchyardError && error.code === 'payload.not_found') return null;
      throw error;
    }
  }
}
