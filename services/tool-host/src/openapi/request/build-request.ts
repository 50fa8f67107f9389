import type { JsonObject, JsonValue, SwitchyardError } from '@switchyard/contracts';
import { invalidArguments } from '../../tools/invalid-arguments.js';
import type { Operation, Parameter } from '../operation.js';
import type { ApiRequest } from './api-request.js';
import { buildBody } from './build-body.js';
import { writeHeaderValue, writePairs, writePathValue, type EncodedPair } from './write-value.js';

/** Longer ones are refused by most servers. */
const MAX_URL_LENGTH = 32_768;
/** What a header may hold (RFC 9110, 5.5), in the characters that fetch takes. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * The request of a call, of arguments that fit the operation's schema. However the arguments are written, it goes to the operation's
 * own path: none can lead to another one.
 *
 * @throws SwitchyardError `tool.invalid_arguments`
 */
export function buildRequest(operation: Operation, args: JsonObject): ApiRequest {
  const given = operation.parameters.flatMap((parameter) => {
    const value = Object.hasOwn(args, parameter.argument) ? args[parameter.argument] : undefined;
    return value === undefined || value === null
      ? []
      : [{ parameter, value: parameter.json ? JSON.stringify(value) : value }];
  });
  const at = (place: Parameter['place']) => given.filter(({ parameter }) => parameter.place === place);
  const body = operation.body ? args[operation.body.argument] : undefined;
  const written = operation.body && body !== undefined ? buildBody(operation, operation.body, body) : undefined;
  const url = new URL(operation.baseUrl + pathOf(operation, at('path')));
  const pairs = at('query').flatMap(({ parameter, value }) => writePairs(parameter.name, value, parameter));
  url.search = joined(pairs);
  if (url.href.length > MAX_URL_LENGTH)
    throw invalid(operation, `they make an address of more than ${MAX_URL_LENGTH} characters`);
  const headers = at('header').map(({ parameter, value }): [string, string] => {
    const text = writeHeaderValue(value, parameter);
    if (!HEADER_VALUE.test(text))
      throw invalid(operation, `"${parameter.argument}" has characters that no header can have`);
    return [parameter.name.toLowerCase(), text];
  });
  return {
    method: operation.method,
    url,
    headers: { ...Object.fromEntries(headers), ...written?.headers },
    cookies: at('cookie').flatMap(({ parameter, value }) =>
      writePairs(parameter.name, value, parameter).map((pair) => pair.join('=')),
    ),
    ...(written ? { body: written.body } : {}),
  };
}

export function joined(pairs: readonly EncodedPair[]): string {
  return pairs.map((pair) => pair.join('=')).join('&');
}

function pathOf(operation: Operation, given: readonly { parameter: Parameter; value: JsonValue }[]): string {
  const values = new Map(
    given.map(({ parameter, value }) => {
      const written = writePathValue(parameter.name, value, parameter);
      if (written === '') throw invalid(operation, `"${parameter.argument}" is empty, and stands in the path`);
      return [parameter.name, written];
    }),
  );
  const valueOf = (name: string): string => {
    const value = values.get(name);
    if (value === undefined) throw invalid(operation, `"${name}" is missing, and stands in the path`);
    return value;
  };
  const path = operation.path
    .split(/(\{[^{}]*\})/)
    .map((piece) => (piece.startsWith('{') ? valueOf(piece.slice(1, -1)) : piece))
    .join('');
  if (path.split('/').some(hasStep)) throw invalid(operation, 'they make a step of its path "." or ".."');
  return path;
}

/** "." and ".." are taken for steps, and by some servers also where the slash beside them is encoded: they would lead to another operation. */
function hasStep(segment: string): boolean {
  const decoded = segment.replace(/%(2e|2f|5c)/gi, (letter) => decodeURIComponent(letter));
  return decoded.split(/[\\/]/).some((step) => step === '.' || step === '..');
}

export function invalid({ name }: Pick<Operation, 'name'>, why: string): SwitchyardError {
  return invalidArguments(name, `The arguments of "${name}" cannot be sent: ${why}. Correct them and call again.`);
}
