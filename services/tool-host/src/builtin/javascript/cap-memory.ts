/** Of a module's sections, the one that declares its memories. Source: WebAssembly Core Specification 2.0, 5.5.2. */
const MEMORY_SECTION = 5;
/** "\0asm" and the version. */
const HEADER_BYTES = 8;
export const PAGE_BYTES = 65_536;

/**
 * A WebAssembly module with a ceiling on its memory: what grows past it fails inside of the module, whatever the program in
 * it counts or forgets to count. The module has one memory of its own, as what compilers write for 32 bits has.
 *
 * @throws RangeError where the module is none, or begins with more than that
 */
export function capMemory(module: Uint8Array, maxBytes: number): Uint8Array<ArrayBuffer> {
  const pages = Math.floor(maxBytes / PAGE_BYTES);
  for (let at = HEADER_BYTES; at < module.length;) {
    const id = module[at];
    const size = readNumber(module, at + 1);
    const begin = size.end;
    const end = begin + size.value;
    if (id !== MEMORY_SECTION) {
      at = end;
      continue;
    }
    const count = readNumber(module, begin);
    // Flags of limits: 0 has a minimum, 1 a maximum too.
    const flags = readNumber(module, count.end);
    const minimum = readNumber(module, flags.end);
    if (count.value !== 1 || flags.value > 1) throw new RangeError('The module has other memories than one of its own');
    if (minimum.value > pages) throw new RangeError(`The module begins with ${minimum.value} pages of memory`);
    const body = [1, 1, ...writeNumber(minimum.value), ...writeNumber(pages)];
    const section = [MEMORY_SECTION, ...writeNumber(body.length), ...body];
    const capped = new Uint8Array(at + section.length + module.length - end);
    capped.set(module.subarray(0, at));
    capped.set(section, at);
    capped.set(module.subarray(end), at + section.length);
    return capped;
  }
  throw new RangeError('The module declares no memory');
}

/** LEB128, as all numbers in a module are written. */
function readNumber(bytes: Uint8Array, at: number): { value: number; end: number } {
  let value = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) throw new RangeError('The module ends in the middle of a number');
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  throw new RangeError('The module has a number of more than 32 bits');
}

function writeNumber(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ;) {
    const byte = rest % 0x80;
    rest = Math.floor(rest / 0x80);
    if (rest === 0) return [...bytes, byte];
    bytes.push(byte | 0x80);
  }
}
