import type { JsonSchema } from '../schema/json-schema.js';

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** Inputs that are no arguments: what a person does, what the page keeps to itself, and files. */
const NO_ARGUMENTS: ReadonlySet<string> = new Set(['submit', 'reset', 'button', 'image', 'hidden', 'file', 'password']);

/** The fields of a form that are arguments, by name. Several of one name are the buttons of a choice. */
export function fieldsOf(form: HTMLFormElement): Map<string, Field[]> {
  const fields = new Map<string, Field[]>();
  for (const element of form.elements) {
    if (!isField(element) || element.name === '' || element.disabled || NO_ARGUMENTS.has(element.type)) continue;
    fields.set(element.name, [...(fields.get(element.name) ?? []), element]);
  }
  return fields;
}

/** The schema of a form's arguments, from what the form itself checks. */
export function schemaOfForm(form: HTMLFormElement): JsonSchema {
  const fields = [...fieldsOf(form)];
  const required = fields.filter(([, [first]]) => first?.required).map(([name]) => name);
  const properties = Object.fromEntries(fields.map(([name, same]) => [name, schemaOfField(same)]));
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
}

function schemaOfField(same: readonly Field[]): JsonSchema {
  const [field] = same;
  if (!field) return {};
  const said = field.getAttribute('toolparamdescription') ?? field.labels?.[0]?.textContent?.trim();
  const description = said ? { description: said } : {};
  if (field instanceof HTMLSelectElement) {
    const choices = { type: 'string', enum: [...field.options].map(({ value }) => value) } as const;
    return field.multiple ? { type: 'array', items: choices, ...description } : { ...choices, ...description };
  }
  switch (field.type) {
    case 'checkbox':
      return { type: 'boolean', ...description };
    case 'radio':
      return { type: 'string', enum: same.map(({ value }) => value), ...description };
    case 'number':
    case 'range':
      return {
        type: 'number',
        ...numberOf(field, 'min', 'minimum'),
        ...numberOf(field, 'max', 'maximum'),
        ...description,
      };
    default:
      return { type: 'string', ...textOf(field), ...description };
  }
}

function numberOf(field: Field, attribute: string, keyword: string): JsonSchema {
  const value = Number(field.getAttribute(attribute) || NaN);
  return Number.isNaN(value) ? {} : { [keyword]: value };
}

function textOf(field: HTMLInputElement | HTMLTextAreaElement): JsonSchema {
  const { maxLength, minLength } = field;
  return { ...(maxLength > 0 ? { maxLength } : {}), ...(minLength > 0 ? { minLength } : {}) };
}

/** Puts arguments into a form as a person would: with the events that its scripts wait for. */
export function fillIn(form: HTMLFormElement, input: Readonly<Record<string, unknown>>): void {
  const fields = fieldsOf(form);
  for (const [name, value] of Object.entries(input)) {
    for (const field of fields.get(name) ?? []) {
      put(field, value);
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
    }
  }
}

function put(field: Field, value: unknown): void {
  if (field instanceof HTMLSelectElement && field.multiple) {
    const chosen = new Set(Array.isArray(value) ? value.map(String) : [String(value)]);
    for (const option of field.options) option.selected = chosen.has(option.value);
  } else if (field instanceof HTMLInputElement && field.type === 'checkbox') field.checked = value === true;
  else if (field instanceof HTMLInputElement && field.type === 'radio') field.checked = field.value === String(value);
  else field.value = String(value);
}

function isField(element: Element): element is Field {
  return (
    element instanceof HTMLInputElement ||
    element instanceof HTMLSelectElement ||
    element instanceof HTMLTextAreaElement
  );
}
