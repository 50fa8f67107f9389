/**
 * What the code finds besides the language, as source for the sandbox's own engine: `tools`, `console` and `input`. It is given
 * functions of the host that take and give texts and nothing else, and gives the host functions to evaluate with. All it
 * takes from the language it takes before the code runs; should code bend the language all the same, it bends its own.
 */
export const GUEST_PRELUDE = `((call, print, end, inputText, names, valueCharacters) => {
  'use strict';
  const { stringify, parse } = JSON;
  const { apply } = Reflect;
  const then = Promise.prototype.then;
  const slice = String.prototype.slice;
  const text = String;
  const ErrorType = Error;
  const granted = names.split(',');
  const has = (name) => apply(Array.prototype.includes, granted, [name]);

  const json = (value, indent) =>
    stringify(value, (key, inner) => {
      if (typeof inner === 'bigint') return inner.toString();
      if (inner instanceof Map) return [...inner];
      if (inner instanceof Set) return [...inner];
      if (inner instanceof ErrorType) return describe(inner);
      return inner;
    }, indent);
  const show = (value, indent) => {
    if (typeof value === 'string') return value;
    if (typeof value === 'function') return '[function]';
    try {
      return json(value, indent) ?? text(value);
    } catch {
      try {
        return text(value);
      } catch {
        return '[a value that cannot be shown]';
      }
    }
  };
  const describe = (error) => {
    if (!(error instanceof ErrorType)) return 'thrown: ' + show(error);
    const code = typeof error.code === 'string' ? ' [' + error.code + ']' : '';
    const where = typeof error.stack === 'string' && error.stack !== '' ? '\\n' + apply(slice, error.stack, [0, 2000]) : '';
    return error.name + ': ' + error.message + code + where;
  };
  const cut = (value) => apply(slice, value, [0, valueCharacters]);

  const failure = (code, message) => Object.assign(new ErrorType(message), { code });
  const parsed = (answer) => {
    if (!/^\\s*[[{]/.test(answer)) return answer;
    try {
      return parse(answer);
    } catch {
      return answer;
    }
  };
  const tool = (name) => async (args = {}) => {
    if (!has(name)) {
      throw failure('tool.not_granted', '"' + name + '" may not be called from code. ' +
        (names === '' ? 'No tool may.' : 'These may: ' + granted.join(', ') + '.'));
    }
    const answer = parse(await call(name, json(args) ?? '{}'));
    if (answer.ok) return parsed(answer.text);
    throw failure(answer.code, answer.text);
  };
  const known = new Map();
  globalThis.tools = new Proxy(Object.freeze(Object.create(null)), {
    get: (_, name) => {
      // Awaited by mistake it is no promise.
      if (typeof name !== 'string' || name === 'then') return undefined;
      if (!known.has(name)) known.set(name, tool(name));
      return known.get(name);
    },
    has: (_, name) => has(name),
    ownKeys: () => names === '' ? [] : [...granted],
    getOwnPropertyDescriptor: (_, name) =>
      has(name) ? { configurable: true, enumerable: true, value: tool(name) } : undefined,
  });
  const log = (level) => (...values) => print(level + values.map((value) => show(value)).join(' '));
  globalThis.console = {
    log: log(''), info: log(''), debug: log(''), trace: log(''), warn: log('warning: '), error: log('error: '),
  };
  globalThis.input = inputText === '' ? undefined : parse(inputText);

  return (promise, boxed) => {
    const value = boxed ? apply(then, promise, [(box) => box.value]) : promise;
    apply(then, value, [
      (result) => end('returned', cut(result === undefined ? '' : show(result, 1))),
      (error) => end('threw', cut(describe(error))),
    ]);
  };
})`;
