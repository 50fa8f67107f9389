import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ImportOptions } from '@switchyard/client';
import { create, ImportReplySchema, SwitchyardError, type ImportReply, type JsonObject } from '@switchyard/contracts';
import { candidatesIn, FORMATS, type Format } from './candidates-in.js';
import type { Candidate } from './candidate.js';
import { LETTA, LETTA_FIRST, MEM0 } from './formats.fixture.js';
import { importMemories } from './import-memories.js';
import { linesOf, MAX_LINE } from './lines-of.js';

async function* inPieces(bytes: Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function read(source: string | Uint8Array, format: Format = 'auto', size?: number): Promise<Candidate[]> {
  const bytes = typeof source === 'string' ? Buffer.from(source) : source;
  return all(candidatesIn(inPieces(bytes, size), format));
}

const records = (found: readonly Candidate[]) =>
  found.flatMap((each) => ('record' in each ? [each.record['memory']] : []));
const refusals = (found: readonly Candidate[]) =>
  found.flatMap((each) => ('error' in each ? [[each.at, each.error.code]] : []));

describe('what is read of a file to import', () => {
  it('is a memory for each plain line, with what the line says of it', async () => {
    const line = {
      text: 'The office is in Basel',
      id: 7,
      tags: ['office'],
      user: 'ada',
      valid_from: '2026-10-01',
      occurred_at: '2026-10-01 12:00',
      confidence: 0.9,
      evidence: ['6'],
      color: 'unknown here',
    };
    expect(await read(`\n${JSON.stringify(line)}\n\n{"text":"Tea","position":-3}`)).toEqual([
      {
        at: 'line 2',
        record: {
          memory: {
            id: '7',
            text: 'The office is in Basel',
            tags: ['office'],
            scope: { user: 'ada' },
            confidence: 0.9,
            valid_from: '2026-10-01T00:00:00.000Z',
            occurred_at: '2026-10-01T12:00:00.000Z',
            evidence: ['6'],
          },
        },
      },
      { at: 'line 4', record: { memory: { text: 'Tea' } } },
    ]);
  });

  it('is what an export of ours has, without what another store knew when', async () => {
    const exported = {
      memory: { id: 'mem_1', scope: { tenant: 'acme', user: 'ada' }, text: 'Tea', kind: 'fact', of_the_future: 1 },
      versions: [{ valid_from: '2026-10-01T00:00:00Z', known_from: '2026-10-01T00:00:00Z' }],
    };
    expect(await read(JSON.stringify(exported))).toEqual([
      {
        at: 'line 1',
        record: { memory: { id: 'mem_1', scope: { tenant: 'acme', user: 'ada' }, text: 'Tea', kind: 'fact' } },
      },
    ]);
    expect(refusals(await read('{"memory":{"text":7}}\n{"memory":{}}'))).toEqual([
      ['line 1', 'import.invalid'],
      ['line 2', 'import.invalid'],
    ]);
  });

  it('is each entry of an export of mem0, as it was at its last change', async () => {
    const found = await read(JSON.stringify(MEM0, null, 2));
    expect(records(found)).toEqual([
      {
        id: '6b2f0f5e-3c1a-4f0a-9d9e-0a7f3d1c2b4a',
        text: 'Dev works at TechCorp',
        tags: ['professional_details'],
        scope: { user: 'dev', thread: 'talk-1' },
        occurred_at: '2025-10-02T16:00:00.123Z',
        valid_from: '2025-10-02T16:00:00.123Z',
      },
      {
        id: '7c3a',
        text: 'Arjun prefers mornings',
        scope: { user: 'arjun' },
        occurred_at: '2025-10-03T09:00:00.000Z',
        valid_from: '2025-10-03T09:00:00.000Z',
        expires_at: '2027-01-31T00:00:00.000Z',
      },
    ]);
    expect(refusals(found)).toEqual([['entry 3', 'import.invalid']]);
    const list = (MEM0 as { results: JsonObject[] }).results;
    expect(records(await read(JSON.stringify(list)))).toEqual(records(found));
    expect(await read('{"results": []}')).toEqual([]);
  });

  it('is the blocks, the passages and the words of a Letta agent file', async () => {
    const found = records(await read(JSON.stringify(LETTA)));
    expect(found).toMatchObject([
      { id: 'letta/sam/block/block-0', text: 'First name: Chad', tags: ['block:human'], scope: { agent: 'sam' } },
      { text: 'I am Sam.', tags: ['block:persona'] },
      { text: 'Chad sails.', tags: ['sport'], occurred_at: '2025-10-30T10:00:00.000Z' },
      { kind: 'episode', text: 'I moved to Basel', speaker: 'user', conversation: 'letta sam', position: 2 },
      { kind: 'episode', text: 'Good to know!', speaker: 'sam', position: 4 },
      { kind: 'episode', text: 'Anything else?', speaker: 'sam', position: 6 },
    ]);
    expect(found).toHaveLength(6);
    expect(records(await read(JSON.stringify(LETTA_FIRST)))).toMatchObject([
      { text: 'Name: Ada', tags: ['block:human'], scope: { agent: 'memgpt_agent' } },
      { kind: 'episode', text: 'Hello', speaker: 'user' },
    ]);
  });

  it('refuses what is no memory by its place, and goes on', async () => {
    const lines = [
      'not JSON',
      '{"text":"Good"}',
      '["a list"]',
      '{"text":""}',
      '{"text":{"deep":1}}',
      '{"text":"Never","valid_from":"soon"}',
      '{"text":"Tagged","tags":"no list"}',
      `{"text":"${'x'.repeat(MAX_LINE)}"}`,
      `${'['.repeat(200_000)}`,
      '{"text":"Good too"}',
    ].join('\n');
    const found = await read(lines, 'jsonl', 65_536);
    expect(records(found)).toEqual([{ text: 'Good' }, { text: 'Good too' }]);
    expect(refusals(found)).toEqual([1, 3, 4, 5, 6, 7, 8, 9].map((line) => [`line ${line}`, 'import.invalid']));
    const notText = Buffer.concat([
      Buffer.from('{"text":"Good"}\n{"text":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}'),
    ]);
    expect(refusals(await read(notText))).toEqual([['line 2', 'import.invalid']]);
  });

  it('refuses a file that is of no format, or not of the one that is named', async () => {
    for (const [source, format] of [
      ['', 'auto'],
      ['{"agents": 1}', 'auto'],
      ['[1, 2]', 'auto'],
      ['{"results": {}}', 'mem0'],
      ['[]', 'letta'],
      ['{', 'letta'],
    ] as const)
      await expect(read(source, format)).rejects.toMatchObject({ code: 'import.invalid' });
    await expect(read(Buffer.from([0x5b, 0xff]), 'mem0')).rejects.toMatchObject({ code: 'import.invalid' });
  });

  it('never holds more than a line, however long the file has none', async () => {
    async function* endless() {
      const chunk = Buffer.alloc(64 * 1024, 0x61);
      for (let sent = 0; sent < 512; sent++) yield chunk;
      yield Buffer.from('\n{"text":"After"}');
    }
    const lines = await all(linesOf(endless(), 1_000));
    expect(lines).toMatchObject([
      { number: 1, error: { code: 'import.invalid' } },
      { number: 2, text: '{"text":"After"}' },
    ]);
  });

  it('is never anything but memories and coded errors', async () => {
    const twisted = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(MEM0, LETTA, LETTA_FIRST).chain((document) => mutated(document)),
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      twisted.map((value) => new Uint8Array(Buffer.from(JSON.stringify(value)))),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom(...FORMATS), async (source, format) => {
        try {
          for (const each of await read(source, format)) {
            if ('error' in each) expect(each.error).toBeInstanceOf(SwitchyardError);
            else expect(typeof (each.record['memory'] as JsonObject)['text']).toBe('string');
          }
        } catch (error) {
          expect(error).toBeInstanceOf(SwitchyardError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** The same document with one value anywhere in it replaced by another. */
function mutated(document: unknown): fc.Arbitrary<unknown> {
  const text = JSON.stringify(document);
  const replaced = (at: number, value: unknown) => {
    let seen = 0;
    const result: unknown = JSON.parse(text, (_, old: unknown) => (seen++ === at ? value : old));
    return { result, seen };
  };
  const { seen } = replaced(-1, null);
  return fc.tuple(fc.nat(seen - 1), fc.jsonValue()).map(([at, value]) => replaced(at, value).result);
}

describe('an import', () => {
  const stored = (count: number): ImportReply => create(ImportReplySchema, { stored: count });
  async function* of(...candidates: Candidate[]) {
    yield* candidates;
  }
  const record = (text: string): JsonObject => ({ memory: { text } });

  it('sends what fits at a time, and says of each refusal where it stood', async () => {
    const sizes: number[] = [];
    const candidates = Array.from({ length: 450 }, (_, index): Candidate => ({
      at: `line ${index}`,
      record: record('x'),
    }));
    const report = await importMemories(
      of({ at: 'line x', error: new SwitchyardError('import.invalid', 'No.') }, ...candidates),
      async (sent) => {
        sizes.push(sent.length);
        return create(ImportReplySchema, {
          stored: sent.length - 1,
          refused: [{ index: 1, error: { code: 'contract.invalid', message: 'Bad.' } }],
        });
      },
      {},
    );
    expect(sizes).toEqual([200, 200, 50]);
    expect(report).toMatchObject({ stored: 447, refused: 4 });
    expect(report.refusals.map(({ at }) => at)).toEqual(['line x', 'line 1', 'line 201', 'line 401']);
  });

  it('keeps a request below what is carried, and refuses alone what never would be', async () => {
    const large = 'x'.repeat(150_000);
    const sizes: number[] = [];
    const send = async (sent: readonly JsonObject[]) => {
      sizes.push(sent.length);
      return stored(sent.length);
    };
    const candidates = [large, large, large, `${large}${large}${large}`].map((text, index): Candidate => ({
      at: `line ${index + 1}`,
      record: record(text),
    }));
    const report = await importMemories(of(...candidates), send, {});
    expect(sizes).toEqual([2, 1]);
    expect(report.refusals).toMatchObject([{ at: 'line 4', code: 'import.invalid' }]);
  });

  it('is one import, from the first part of it that changes anything', async () => {
    const named: (string | undefined)[] = [];
    const candidates = Array.from({ length: 601 }, (_, index): Candidate => ({
      at: `line ${index}`,
      record: record('x'),
    }));
    const send = async (_: readonly JsonObject[], { act }: ImportOptions) => {
      named.push(act);
      return create(ImportReplySchema, { actId: named.length === 1 ? '' : 'act_1' });
    };
    expect((await importMemories(of(...candidates), send, {})).act).toBe('act_1');
    expect(named).toEqual(['', '', 'act_1', 'act_1']);
  });

  it('counts what it does not tell', async () => {
    const bad = Array.from({ length: 1_500 }, (_, index): Candidate => ({
      at: `line ${index}`,
      error: new SwitchyardError('import.invalid', 'No.'),
    }));
    const report = await importMemories(of(...bad), async () => stored(0), {});
    expect([report.refused, report.refusals.length]).toEqual([1_500, 1_000]);
  });
});
