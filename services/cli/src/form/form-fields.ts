import type { JsonObject, JsonValue } from '@switchyard/contracts';

/** An argument of a tool as somebody is asked for it. */
export interface FormField {
  name: string;
  description: string;
  required: boolean;
  /** string, number, integer, boolean, or json for all else. */
  type: 'string' | 'number' | 'integer' | 'boolean' | 'json';
  /** What it may be, where the schema names it. */
  choices: readonly JsonValue[];
  default?: JsonValue;
}

const PLAIN_TYPES = ['string', 'number', 'integer', 'boolean'] as const;

/** What a schema of arguments asks for: the required first, else in its own order. Pure. */
export function fieldsOf(schema: JsonObject): FormField[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const fields = Object.entries(objectIn(schema['properties'])).map(([name, property]) =>
    fieldOf(name, objectIn(property), required.includes(name)),
  );
  return [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)];
}

/** The line that asks for a field. */
export function questionOf({ name, description, required, type, choices, default: preset }: FormField): string {
  const kind = choices.length > 0 ? choices.map(shown).join(' | ') : type;
  const end = preset === undefined ? (required ? '' : ', optional') : `, default ${shown(preset)}`;
  return `${name} (${kind}${end})${description === '' ? '' : ` ${description}`}`;
}

/**
 * What was typed as a value; undefined where nothing was typed and nothing is needed.
 *
 * @throws RangeError that says what was expected; the schema itself is held against the value by the tool host
 */
export function valueOf(field: FormField, typed: string): JsonValue | undefined {
  const text = field.type === 'string' ? typed : typed.trim();
  if (text === '') {
    if (field.default !== undefined) return field.default;
    if (!field.required) return undefined;
    throw new RangeError(`${field.name} is required`);
  }
  if (field.choices.length > 0) {
    const chosen = field.choices.find((choice) => shown(choice) === text);
    if (chosen !== undefined) return chosen;
    throw new RangeError(`it is one of ${field.choices.map(shown).join(', ')}`);
  }
  return parsed(field, text);
}

function parsed({ type }: FormField, text: string): JsonValue {
  switch (type) {
    case 'string':
      return text;
    case 'boolean':
      if (/^(?:y|yes|true)$/i.test(text)) return true;
      if (/^(?:n|no|false)$/i.test(text)) return false;
      throw new RangeError('it is yes or no');
    case 'integer':
      if (/^[+-]?\d{1,15}$/.test(text)) return Number(text);
      throw new RangeError('it is a whole number');
    case 'number':
      if (Number.isFinite(Number(text))) return Number(text);
      throw new RangeError('it is a number');
    case 'json':
      try {
        return JSON.parse(text) as JsonValue;
      } catch {
        throw new RangeError('it is JSON, such as ["a", "b"] or {"name": "value"}');
      }
  }
}

function fieldOf(name: string, property: JsonObject, required: boolean): FormField {
  const { description, default: preset } = property;
  const type = PLAIN_TYPES.find((plain) => plain === property['type']);
  return {
    name,
    description: typeof description === 'string' ? description : '',
    required,
    type: type ?? 'json',
    choices: Array.isArray(property['enum']) ? property['enum'] : [],
    ...(preset === undefined ? {} : { default: preset }),
  };
}

function objectIn(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function shown(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
