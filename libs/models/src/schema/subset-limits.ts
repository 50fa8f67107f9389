import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';
import { listAt, namesAt, objectAt, own, schemaEntriesAt, schemasAt, subschemasOf } from './keywords.js';
import type { RefusalCode } from './projection.js';
import { SchemaRefusal } from './projection.js';
import type { Subset } from './subset.js';

/** Refuses a schema that has a form the backend takes, but more of it than the backend takes. */
export function checkLimits(root: JsonObject, { limits, name }: Subset): void {
  const refuse = (code: RefusalCode, path: string, what: string, limit: number): never => {
    throw new SchemaRefusal(code, path, `The schema has ${what}, and ${name} takes ${limit}.`);
  };
  const over = (count: number, limit: number | undefined): limit is number => limit !== undefined && count > limit;
  let [properties, values, optional, unions, names] = [0, 0, 0, 0, 0];

  const definitions = objectAt(root, '$defs') ?? {};
  const pending: { schema: JsonValue; path: string; levels: number }[] = [{ schema: root, path: '', levels: 0 }];
  for (const [key, schema] of Object.entries(definitions)) {
    names += key.length;
    pending.push({ schema: schema ?? {}, path: `/$defs/${key}`, levels: 0 });
  }
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { schema, path, levels } = next;
    if (!isJsonObject(schema)) continue;
    const declared = schemaEntriesAt(schema, 'properties');
    if (declared.length > 0 && over(levels + 1, limits.objectLevels))
      refuse('too_deep', path, `${levels + 1} levels of objects`, limits.objectLevels);
    const alternatives = schemasAt(schema, 'anyOf').length;
    if (over(alternatives, limits.alternatives))
      refuse('too_many_alternatives', path, `${alternatives} alternatives`, limits.alternatives);

    const listed = listAt(schema, 'enum') ?? [];
    const text = listed.reduce<number>(
      (sum, value) => sum + (typeof value === 'string' ? value.length : String(value).length),
      0,
    );
    values += listed.length;
    names += text;
    if (over(listed.length, limits.enumValuesEach))
      refuse('too_many_enum_values', path, `${listed.length} values in an enum`, limits.enumValuesEach);
    if (limits.enumText !== undefined && listed.length > limits.enumText.above && text > limits.enumText.characters)
      refuse('too_many_enum_values', path, `${text} characters in an enum`, limits.enumText.characters);

    const required = new Set(namesAt(schema, 'required'));
    properties += declared.length;
    for (const [key, each] of declared) {
      names += key.length;
      if (!required.has(key)) optional++;
      if (own(each, 'anyOf') !== undefined || Array.isArray(each['type'])) unions++;
    }
    for (const inner of subschemasOf(schema))
      pending.push({
        schema: inner.schema,
        path: path + inner.path,
        levels: levels + (inner.path.startsWith('/properties/') ? 1 : 0),
      });
  }
  if (over(properties, limits.properties))
    refuse('too_many_properties', '', `${properties} properties`, limits.properties);
  if (over(values, limits.enumValues))
    refuse('too_many_enum_values', '', `${values} values in enums`, limits.enumValues);
  if (over(optional, limits.optionalProperties))
    refuse(
      'too_many_optional_properties',
      '',
      `${optional} properties that are not required`,
      limits.optionalProperties,
    );
  if (over(unions, limits.unionProperties))
    refuse('too_many_alternatives', '', `${unions} properties with alternatives`, limits.unionProperties);
  if (over(names, limits.names)) refuse('too_large', '', `${names} characters in names`, limits.names);
  if (limits.characters !== undefined) {
    const { length } = JSON.stringify(root);
    if (length > limits.characters) refuse('too_large', '', `${length} characters`, limits.characters);
  }
}
