import { fromJson, toJson, type JsonValue } from '@bufbuild/protobuf';
import { ValueSchema, type Value } from '@bufbuild/protobuf/wkt';

/** Any JSON as the google.protobuf.Value that a message carries. */
export function toValue(json: JsonValue): Value {
  return fromJson(ValueSchema, json);
}

/** The way back; an absent value is null. */
export function fromValue(value: Value | undefined): JsonValue {
  return value === undefined || value.kind.case === undefined ? null : toJson(ValueSchema, value);
}
