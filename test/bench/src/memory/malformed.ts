import { SwitchyardError, type JsonValue } from '@switchyard/contracts';

export type Fields = Readonly<Record<string, JsonValue | undefined>>;

/** Data that is not of the published format. */
export function malformed(where: string, what: string): SwitchyardError {
  const message = `${where} ${what}. Give the file as it was published.`;
  return new SwitchyardError('bench.invalid', message, { details: { where } });
}

/** @throws SwitchyardError `bench.invalid` */
export function fieldsOf(value: JsonValue | undefined, where: string): Fields {
  if (value === null || value === undefined || typeof value !== 'object' || Array.isArray(value))
    throw malformed(where, 'is not an object');
  return value;
}

/** @throws SwitchyardError `bench.invalid` */
export function listOf(value: JsonValue | undefined, where: string): readonly JsonValue[] {
  if (!Array.isArray(value)) throw malformed(where, 'is not a list');
  return value;
}

/** @throws SwitchyardError `bench.invalid` */
export function textOf(value: JsonValue | undefined, where: string): string {
  if (typeof value !== 'string') throw malformed(where, 'is not a text');
  return value;
}
