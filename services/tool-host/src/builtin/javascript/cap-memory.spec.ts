import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { capMemory, PAGE_BYTES } from './cap-memory.js';

/** As much of it as is used here: its types come with those of a browser. */
interface Engine {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => {
    exports: { memory: { buffer: ArrayBuffer; grow(pages: number): number } };
  };
  validate(bytes: Uint8Array): boolean;
}
const { WebAssembly: engine } = globalThis as typeof globalThis & { WebAssembly: Engine };

/** (module (memory (export "memory") 1)) */
const MODULE = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 1, 7, 10, 1, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 0,
]);

describe('the memory of a module', () => {
  const memoryOf = (bytes: Uint8Array<ArrayBuffer>) => {
    return new engine.Instance(new engine.Module(bytes)).exports.memory;
  };

  it('grows to the ceiling and no further', () => {
    const memory = memoryOf(capMemory(MODULE, 300 * PAGE_BYTES));
    memory.grow(299);
    expect(() => memory.grow(1)).toThrow(RangeError);
    expect(memory.buffer.byteLength).toBe(300 * PAGE_BYTES);
  });

  it('has a ceiling where it had another one', () => {
    const memory = memoryOf(capMemory(capMemory(MODULE, 300 * PAGE_BYTES), 2 * PAGE_BYTES));
    expect(() => memory.grow(2)).toThrow(RangeError);
  });

  it('is that of the engine, which stays a module', () => {
    const bytes = readFileSync(createRequire(import.meta.url).resolve('quickjs-wasi/quickjs.wasm'));
    expect(engine.validate(capMemory(bytes, 64 * 1024 * 1024))).toBe(true);
  });

  it('is not guessed where a module is none, or begins with more', () => {
    expect(() => capMemory(MODULE, 0)).toThrow(RangeError);
    expect(() => capMemory(MODULE.subarray(0, 8), PAGE_BYTES)).toThrow(RangeError);
    expect(() => capMemory(MODULE.subarray(0, 11), PAGE_BYTES)).toThrow(RangeError);
  });
});
