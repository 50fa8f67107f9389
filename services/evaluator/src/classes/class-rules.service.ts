import { Inject, Injectable } from '@nestjs/common';
import {
  contentAddress,
  timestampFromDate,
  type ApplyClassRulesRequest,
  type ClassRulesSchema,
  type JsonValue,
  type ListClassRulesQuery,
  type MessageInitShape,
} from '@switchyard/contracts';
import { NOW, type Now } from '../now.js';
import type { CompiledRules } from './class-rules.js';
import { ClassRulesRepository, type ClassRulesRow } from './class-rules.repository.js';
import { readClassRules } from './read-class-rules.js';

type RulesInit = MessageInitShape<typeof ClassRulesSchema>;

/** Rules of a set that holds. */
export interface HeldRules extends CompiledRules {
  number: number;
}

interface Remembered {
  until: number;
  held: Promise<HeldRules[]>;
}

/** How long a process asks by the rules it knows, in milliseconds: another one may have taken new ones. */
const REMEMBER_MS = 2_000;
const TENANTS = 1_000;
const DEFAULT_LISTED = 50;
const MAX_LISTED = 200;

/** Rules that tasks are classed by: taken, listed, and at hand for whoever classes. */
@Injectable()
export class ClassRulesService {
  private readonly remembered = new Map<string, Remembered>();

  constructor(
    @Inject(ClassRulesRepository) private readonly rules: ClassRulesRepository,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * They hold at once in this process and within two seconds in others. What is recorded stays as it is until they are applied to it.
   *
   * @throws SwitchyardError `class_rules.invalid`
   */
  async apply({ tenant, rules: written = {}, actor }: ApplyClassRulesRequest): Promise<RulesInit> {
    const { agent } = readClassRules(written);
    const version = contentAddress(written);
    const { row, changed } = await this.rules.add({
      ...{ tenant, agent, version, definition: written, at: this.now(), by: actor },
    });
    this.remembered.delete(tenant);
    return { ...rulesView(tenant, row), changed };
  }

  /** What holds, whole; or of one agent, all that ever held, without its text. */
  async list({ tenant, agent, limit }: ListClassRulesQuery): Promise<RulesInit[]> {
    if (agent === '') return (await this.rules.current(tenant)).map((row) => rulesView(tenant, row));
    const most = Math.min(limit || DEFAULT_LISTED, MAX_LISTED);
    const rows = await this.rules.history(tenant, agent === '*' ? '' : agent, most);
    return rows.map((row) => ({ ...rulesView(tenant, row), rules: undefined }));
  }

  /** Those that class the tasks of an agent: its own first, then those of every agent. */
  async of(tenant: string, agent: string): Promise<HeldRules[]> {
    const held = await this.held(tenant);
    return [agent, ''].flatMap((owner) => held.filter((rules) => rules.agent === owner));
  }

  private held(tenant: string): Promise<HeldRules[]> {
    const now = this.now().getTime();
    const known = this.remembered.get(tenant);
    if (known && now < known.until) return known.held;
    if (this.remembered.size >= TENANTS) this.remembered.clear();
    const held = this.read(tenant);
    const remembered = { until: now + REMEMBER_MS, held };
    this.remembered.set(tenant, remembered);
    // What failed is asked again by the next, and rejected to those who waited for it.
    held.catch(() => this.remembered.get(tenant) === remembered && this.remembered.delete(tenant));
    return held;
  }

  private async read(tenant: string): Promise<HeldRules[]> {
    const rows = await this.rules.current(tenant);
    return rows.map(({ definition, number }) => ({ ...readClassRules(definition), number }));
  }
}

function rulesView(tenant: string, row: ClassRulesRow): RulesInit {
  const { agent, number, version, definition, created_at, created_by } = row;
  return {
    ...{ tenant, agent, number, version, rules: definition, classes: classesOf(definition['classes']) },
    ...{ createdAt: timestampFromDate(created_at), createdBy: created_by },
  };
}

/** Each once, in the order of the rules. */
function classesOf(rules: JsonValue | undefined): string[] {
  const names = (Array.isArray(rules) ? rules : []).map((rule) =>
    typeof rule === 'object' && rule !== null && !Array.isArray(rule) ? rule['class'] : undefined,
  );
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}
