import type { JsonObject } from './json.js';
import type { CanonicalMessage } from './messages/message.js';

/** A tool as it is offered to a model. */
export interface ToolDefinition {
  /** Any name; mapped to what the wire allows and back. Unique within a request. */
  name: string;
  description?: string;
  /** JSON Schema (2020-12, or draft-07 when `$schema` says so) of the arguments object. */
  inputSchema: JsonObject;
}

export type ToolChoice = 'auto' | 'none' | 'required' | { name: string };

/** A value that is asked for instead of prose. */
export interface RequestedOutput {
  /** JSON Schema of the value, of any kind. */
  schema: JsonObject;
  /** What the value is called; the default is `result`. */
  name?: string;
  /** What it is for, written for the model. */
  description?: string;
}

/** One turn that is asked of a model: the same for every backend. */
export interface ModelRequest {
  /** The conversation, instructions included as `system` messages. Any order and origin is rendered validly. */
  messages: readonly CanonicalMessage[];
  tools?: readonly ToolDefinition[];
  /** Not shown to the model, and callable all the same where it knows of them: from earlier, or from what a tool told it. */
  unshownTools?: readonly ToolDefinition[];
  /** Default `auto`. */
  toolChoice?: ToolChoice;
  /**
   * The answer is to be a value that fits a schema, asked for in the surest way that the backend has. Where tools are offered too, they may be
   * called first.
   */
  output?: RequestedOutput;
  /** Default: whatever the backend does. */
  parallelToolCalls?: boolean;
  /** Never more than the profile's `maxOutputTokens`. */
  maxOutputTokens?: number;
  temperature?: number;
  topP?: number;
  stop?: readonly string[];
  seed?: number;
  /** Default: whether the profile can stream. */
  stream?: boolean;
  /** Members for the request body that only this provider knows; they win over what was rendered. */
  extraBody?: JsonObject;
}
