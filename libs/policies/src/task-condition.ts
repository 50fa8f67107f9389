import { Expression, languageOf } from './expression.js';

const language = languageOf(
  { input: 'string', agent: 'string', tenant: 'string', user: 'string', metadata: 'map' },
  'input (the text of the task), agent, tenant, user and metadata, as in `input.lowerAscii().contains("refund")`',
);

/** What a condition sees of a task. */
export interface TaskContext {
  /** The text of its input. */
  input: string;
  agent: string;
  tenant: string;
  /** On whose behalf; '' where nobody is named. */
  user: string;
  metadata: Readonly<Record<string, string>>;
}

/** An expression that is true or false of a task. */
export class TaskCondition {
  private constructor(private readonly expression: Expression) {}

  /** @throws SwitchyardError `condition.invalid` with what is wrong and where */
  static parse(text: string): TaskCondition {
    return new TaskCondition(Expression.parse(text, language));
  }

  get text(): string {
    return this.expression.text;
  }

  /** @throws ConditionFailed */
  holds({ metadata, ...rest }: TaskContext): boolean {
    return this.expression.holds({ ...rest, metadata: { ...metadata } });
  }
}
