import { SwitchyardError, type JsonObject, type ToolDefinition } from '@switchyard/contracts';
import { unusableSchema, validateArguments } from '@switchyard/models';

/** Checks arguments against a tool's JSON Schema by the rule by which executors judge a model's calls, in coded errors. */
export class ArgumentValidator {
  /** @throws SwitchyardError `tool.schema_invalid` when the tool's own schema cannot be used. */
  prepare(definition: ToolDefinition): void {
    const why = unusableSchema(definition.parameters ?? {});
    if (why === undefined) return;
    const { name } = definition;
    throw new SwitchyardError('tool.schema_invalid', `The schema of tool "${name}" cannot be used: ${why}`, {
      details: { tool: name },
    });
  }

  /** @throws SwitchyardError `tool.schema_invalid`, or `tool.invalid_arguments` with the paths of what is wrong. */
  check(definition: ToolDefinition, args: JsonObject): void {
    this.prepare(definition);
    const verdict = validateArguments(definition.parameters ?? {}, args);
    if (verdict.ok) return;
    const { name } = definition;
    const faults = verdict.code === 'invalid_arguments' ? verdict.faults : [];
    const why =
      faults.length === 0
        ? verdict.reason
        : `The arguments of "${name}" do not fit its schema: ${faults.map(({ path, message }) => `${path} ${message}`).join('; ')}. Correct them and call again.`;
    throw new SwitchyardError('tool.invalid_arguments', why, {
      details: { tool: name, faults: faults.map(({ path, message }) => ({ path, message })) },
    });
  }
}
