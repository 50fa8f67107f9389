import { describe, expect, it } from '@jest/globals';
import { OutcomeInDoubt } from '../../tools/outcome-in-doubt.js';
import type { SandboxLimits } from './sandbox-messages.js';
import { Sandbox, type SandboxRun } from './sandbox.js';

const LIMITS: SandboxLimits = {
  // Of a clock on the wall: on a busy machine little is done in it.
  computeMs: 30_000,
  memoryBytes: 32 * 1024 * 1024,
  stackBytes: 256 * 1024,
  consoleCharacters: 1_000,
  valueCharacters: 10_000,
  calls: 20,
};
const sandbox = new Sandbox();
const run = (code: string, more: Partial<SandboxRun> = {}) =>
  sandbox.run({
    code,
    input: '',
    tools: ['echo'],
    seed: 1,
    limits: LIMITS,
    call: async (_, __, args) => ({ ok: true, text: args }),
    signal: new AbortController().signal,
    ...more,
  });
/** The value as it is shown, or how it ended otherwise. */
const valueOf = async (code: string, more: Partial<SandboxRun> = {}) => {
  const { ending } = await run(code, more);
  return ending.is === 'returned' ? ending.value : ending;
};
const quick = { limits: { ...LIMITS, computeMs: 300 } };

describe('code in the sandbox', () => {
  it.each([
    ['the last expression', 'const a = 20; a * 2 + 2', '42'],
    ['what it returns', 'if (true) { return "early" }\nreturn "late"', 'early'],
    ['what it awaits', 'await Promise.resolve({ a: [1, "x"] })', '{\n "a": [\n  1,\n  "x"\n ]\n}'],
    ['a text as it is', '"it\\nis"', 'it\nis'],
    ['nothing', 'let a = 1;', ''],
    ['null', 'null', 'null'],
    [
      'what JSON has no form for',
      '[10n ** 20n, new Set([1]), new Map([["k", 2]])]',
      expect.stringContaining('"100000000000000000000"'),
    ],
    ['what refers to itself', 'const a = {}; a.a = a; a', '[object Object]'],
    ['a function', '() => 1', '[function]'],
  ])('gives %s', async (_, code, value) => {
    expect(await valueOf(code)).toEqual(value);
  });

  it('finds its input, and calls tools one after the other or at once', async () => {
    const code = `
      const first = await tools.echo({ n: input.n });
      const more = await Promise.all([1, 2, 3].map((n) => tools.echo({ n: n + first.n })));
      more.map(({ n }) => n)`;
    const { ending, calls } = await run(code, { input: '{"n":10}' });
    expect(calls).toBe(4);
    expect(ending).toEqual({ is: 'returned', value: '[\n 11,\n 12,\n 13\n]' });
  });

  it('is told in its own terms why a call failed, and may go on', async () => {
    const call = async () => ({ ok: false, code: 'tool.failed', text: 'no such city' });
    expect(
      await valueOf('try { await tools.echo() } catch (error) { error.code + ": " + error.message }', { call }),
    ).toBe('tool.failed: no such city');
    expect(await valueOf('await tools.echo()', { call })).toMatchObject({
      is: 'threw',
      error: expect.stringContaining('no such city'),
    });
    expect(await valueOf('await tools.rm({})')).toMatchObject({
      is: 'threw',
      error: expect.stringContaining('tool.not_granted'),
    });
  });

  it('sees answers in the order of its calls, so that code that is repeated goes the same way', async () => {
    const gone: number[] = [];
    const answers = new Map<number, () => void>();
    const call: SandboxRun['call'] = async (order) => {
      // Once all three are there, the last is answered first.
      await new Promise<void>((resolve) => {
        answers.set(order, resolve);
        if (answers.size === 3) answers.get(3)?.();
      });
      gone.push(order);
      answers.get(order - 1)?.();
      return { ok: true, text: String(order) };
    };
    const code = `const seen = []; await Promise.all([1, 2, 3].map(async () => seen.push(await tools.echo()))); seen.join()`;
    expect(await valueOf(code, { call })).toBe('1,2,3');
    expect(gone).toEqual([3, 2, 1]);
  });

  it('draws the same for the same call, and other things for another', async () => {
    const draw = (seed: number) => valueOf('[Math.random(), Math.random()].join()', { seed });
    expect(await draw(7)).toBe(await draw(7));
    expect(await draw(7)).not.toBe(await draw(8));
    expect(Number(await valueOf('Date.now()'))).toBeGreaterThan(Date.UTC(2026, 0, 1));
  });

  it('keeps what it writes to the console, to a limit', async () => {
    const { console, ending } = await run(
      'console.log("a", { b: 1 }); console.error("c"); for (let n = 0; n < 50; n++) console.log("x".repeat(99)); 1',
    );
    expect(console.slice(0, 2)).toEqual(['a {"b":1}', 'error: c']);
    expect(console.join('\n').length).toBeLessThanOrEqual(LIMITS.consoleCharacters);
    expect(ending).toMatchObject({ is: 'returned' });
  });

  it('says where it cannot be read, and what it threw', async () => {
    expect(await valueOf('const = 1')).toMatchObject({
      is: 'threw',
      error: expect.stringMatching(/SyntaxError[^]*code\.js:1/),
    });
    expect(await valueOf('\nnull.x')).toMatchObject({
      is: 'threw',
      error: expect.stringMatching(/TypeError[^]*code\.js:2/),
    });
    expect(await valueOf('throw { a: 1 }')).toMatchObject({ is: 'threw', error: 'thrown: {"a":1}' });
  });

  it('is told that it waits for what never comes', async () => {
    expect(await valueOf('await new Promise(() => {})')).toMatchObject({ is: 'stopped', why: 'stuck' });
  });

  it('may call tools so many times', async () => {
    expect(
      await valueOf('let n = 0; try { for (;;) { await tools.echo(); n++ } } catch (error) { n + " " + error.code }'),
    ).toBe('20 tool.too_many_calls');
  });
});

describe('code does not get out of the sandbox', () => {
  it.each([
    'process',
    'require("fs")',
    'fetch("http://127.0.0.1")',
    'setTimeout(() => {}, 1)',
    'WebAssembly',
    'std.open("/etc/passwd")',
    'os.exec(["id"])',
    'await import("fs")',
    'await import("node:child_process")',
    'this.constructor.constructor("return process")().env',
    'tools.echo.constructor("return process")()',
    'console.log.constructor("return globalThis.process.env")().PATH',
    '(await (async () => { try { await tools.rm() } catch (e) { return e } })()).constructor.constructor("return process")()',
    'Error.prepareStackTrace = (_, frames) => frames; new Error().stack[0].getThis().process.env',
    'new Function("return this")().process.exit()',
    '(0, eval)("process.exit(1)")',
    'Reflect.ownKeys(globalThis).find((key) => /process|require|host|native/i.test(String(key))).length',
  ])('%s', async (code) => {
    expect(await valueOf(code)).toMatchObject({ is: 'threw' });
  });

  it('cannot tell the host that it ended otherwise, whatever it does to its own language', async () => {
    const bent = `
      JSON.stringify = () => '{"kind":"ended"}'; JSON.parse = () => ({ ok: true, text: 'lie' });
      Promise.prototype.then = () => { throw 1 }; String.prototype.slice = () => { for (;;); };
      Array.prototype.includes = () => true; Map.prototype.get = () => () => 'lie'; Object.prototype.ok = true;
      await tools.rm({ a: 1 })`;
    const calls: string[] = [];
    const call: SandboxRun['call'] = async (_, tool) => {
      calls.push(tool);
      return { ok: false, code: 'tool.not_granted', text: 'no' };
    };
    const { ending } = await run(bent, { ...quick, call });
    expect(['returned', 'threw', 'stopped']).toContain(ending.is);
    // Should it ask at all, the host looks again itself: see run_javascript.
    expect(calls.every((tool) => tool === 'rm')).toBe(true);
  });

  it('finds nothing of the code before it', async () => {
    await run('globalThis.left = 1; Array.prototype.push = () => 99; Object.prototype.bent = 1');
    expect(await valueOf('[typeof left, [].push(1), ({}).bent].join()')).toBe('undefined,1,');
  });

  it('gives its objects, proxies and getters no way into the host', async () => {
    expect(
      await valueOf('({ get a() { return 1 }, toJSON() { return { then: "x", __proto__: { p: 1 }, b: 2 } } })'),
    ).toContain('"b": 2');
    const trapped = 'new Proxy({}, { get() { throw new Error("trap") }, ownKeys() { throw new Error("trap") } })';
    expect(await valueOf(trapped)).toMatchObject({ is: 'threw', error: expect.stringContaining('trap') });
    expect(await valueOf('({ toString() { throw 1 }, toJSON() { throw 2 } })')).toBe('[a value that cannot be shown]');
    expect(await valueOf('await tools.echo(new Proxy({ n: 1 }, {}))')).toContain('"n": 1');
    expect(await valueOf('await tools.echo({ __proto__: { x: 1 }, ["__proto__"]: 2 })')).toEqual(expect.any(String));
  });
});

/** Among them what was reported of QuickJS and its builds for WebAssembly. */
describe('code that does not end, or wants everything, is stopped, and the host goes on', () => {
  it.each([
    ['a loop', 'for (;;);', 'compute'],
    ['a loop that catches', 'for (;;) { try { for (;;); } catch {} }', 'compute'],
    ['jobs without end', 'const again = () => Promise.resolve().then(again); await again()', 'compute'],
    ['jobs without end, left behind', '(function again() { Promise.resolve().then(again) })(); 1', 'compute'],
    ['a loop in what shows its value', '({ toJSON() { for (;;); } })', 'compute'],
    ['a regular expression', '/^(a+)+$/.test("a".repeat(40) + "!")', 'compute'],
    [
      'a sort that never agrees',
      'for (;;) Array.from({ length: 1e4 }, (_, i) => i).sort(() => Math.random() - 0.5)',
      'compute',
    ],
    ['a join over a billion holes (quickjs-emscripten 219)', 'new Array(1_000_000_000) + ""', 'compute'],
    ['texts (quickjs-emscripten 255)', 'const kept = []; for (;;) kept.push("x".repeat(1e6) + kept.length)', 'memory'],
    [
      'typed arrays (quickjs-wasi 30)',
      'const kept = []; for (;;) kept.push(new Uint8Array(512 * 1024).fill(1))',
      'memory',
    ],
    ['array buffers', 'const kept = []; for (;;) kept.push(new ArrayBuffer(1e6))', 'memory'],
    ['one large array', 'new Array(1e8).fill(1)', 'memory'],
    ['a text that doubles', 'let s = "x"; for (;;) s += s', 'memory'],
  ])('%s', async (_, code, why) => {
    let ticks = 0;
    const clock = setInterval(() => (ticks += 1), 10);
    const ending = await valueOf(code, quick);
    clearInterval(clock);
    // A text may have at most 2^30 characters, which is another error than the memory's.
    if (typeof ending === 'object' && ending.is === 'threw')
      expect(ending.error).toMatch(/out of memory|too long|invalid/i);
    else expect(ending).toMatchObject({ is: 'stopped', why: expect.stringMatching(new RegExp(`${why}|compute`)) });
    // The event loop was never held up.
    expect(ticks).toBeGreaterThan(2);
    expect(await valueOf('6 * 7')).toBe('42');
  });

  it.each([
    ['calls in calls', '(function f() { return f() + 1 })()'],
    ['calls in calls, caught (quickjs-emscripten 60)', 'let n = 0; (function f() { n++; try { f() } catch {} })(); n'],
    ['brackets in brackets', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['JSON in JSON', 'JSON.parse("[".repeat(100000) + "]".repeat(100000))'],
    ['a regular expression in itself', 'new RegExp("(".repeat(20000) + ")".repeat(20000)).test("x")'],
    ['a getter of itself', 'const o = { get a() { return this.a } }; o.a'],
    ['a proxy of a proxy', 'let p = {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); p.x'],
    [
      'a resize in a comparison (quickjs-ng 1297)',
      'const b = new ArrayBuffer(256, { maxByteLength: 2560 }); const u = new Uint8Array(b); u.forEach((_, i) => { u[i] = 255 - i }); let c = 0; u.sort((x, y) => { if (++c === 900) b.resize(10); return x - y }); 1',
    ],
    [
      'a resize in an iterator (quickjs-ng 1296)',
      'const b = new ArrayBuffer(64, { maxByteLength: 640 }); const u = new Uint8Array(b); const a = [1, 2, 3, { valueOf() { b.resize(1); return 1 } }]; u.set(a); new Uint8Array({ length: 9, get 0() { b.resize(640); return 1 } }); 1',
    ],
    ['a value of a hundred thousand lines', 'Array.from({ length: 1e5 }, (_, i) => i)'],
  ])('%s', async (_, code) => {
    const { ending } = await run(code, quick);
    expect(['returned', 'threw', 'stopped']).toContain(ending.is);
    if (ending.is === 'returned') expect(ending.value.length).toBeLessThanOrEqual(LIMITS.valueCharacters);
    expect(await valueOf('6 * 7')).toBe('42');
  });

  it('ends at once when its call is stopped, also in the middle of the engine', async () => {
    const stop = new AbortController();
    const stopped = run('for (;;);', { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    const early = AbortSignal.abort(new Error('before'));
    await expect(run('1', { signal: early })).rejects.toThrow('before');
  });

  it('waits for calls that it has made and not awaited, and says what is in doubt before all else', async () => {
    let done = 0;
    const call: SandboxRun['call'] = async (order) => {
      await new Promise(setImmediate);
      done += 1;
      if (order === 2) throw new OutcomeInDoubt('tool.outcome_unknown', 'who knows');
      return { ok: true, text: '' };
    };
    await expect(run('tools.echo(); tools.echo(); 1', { call })).rejects.toThrow('who knows');
    expect(done).toBe(2);
  });

  it('takes its turn where many are at it', async () => {
    const values = await Promise.all(Array.from({ length: 20 }, (_, n) => valueOf(`${n} * 2`)));
    expect(values).toEqual(Array.from({ length: 20 }, (_, n) => String(n * 2)));
  });
});
