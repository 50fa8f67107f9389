import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BlockController } from '../src/blocks/block.controller.js';
import { BLOCKS_OF_SCOPE, BlockRepository } from '../src/blocks/block.repository.js';
import { BlockQuerySchema, create, PutBlockRequestSchema, type MessageInitShape } from '@switchyard/contracts';
import { memoryFixture, type MemoryFixture } from '../src/memory.fixture.js';

let memory: MemoryFixture;
let blocks: BlockController;
beforeAll(async () => {
  memory = await memoryFixture();
  blocks = new BlockController(new BlockRepository(memory.dataSource), memory.time);
});
afterAll(() => memory.close());

const put = (init: MessageInitShape<typeof PutBlockRequestSchema>) =>
  blocks.putBlock(create(PutBlockRequestSchema, init));
const get = (scope: object) => blocks.getBlock(create(BlockQuerySchema, { scope: { tenant: 't', ...scope } }));

describe('a block of working memory', () => {
  it('is empty until it is written, and each scope has its own', async () => {
    expect(await get({ thread: 'a' })).toMatchObject({ label: 'notes', text: '', version: 0 });
    await put({ scope: { tenant: 't', thread: 'a' }, text: 'step 1 is done', actor: 'helper' });
    expect(await get({ thread: 'a' })).toMatchObject({ text: 'step 1 is done', version: 1, actor: 'helper' });
    expect(await get({ thread: 'b' })).toMatchObject({ version: 0 });
    expect(await blocks.getBlock(create(BlockQuerySchema, { scope: { tenant: 'other', thread: 'a' } }))).toMatchObject({
      version: 0,
    });
  });

  it('is changed by one of those who read the same version, and the others are told', async () => {
    const scope = { tenant: 't', thread: 'race' };
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => put({ scope, text: `by ${n}`, version: 0, callId: `call_${n}` })),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await get({ thread: 'race' })).toMatchObject({ version: 1 });
    await expect(put({ scope, text: 'late', version: 0 })).rejects.toMatchObject({
      code: 'memory.conflict',
      details: { version: '1' },
    });
  });

  it('is changed once by a call, however often it is delivered', async () => {
    const scope = { tenant: 't', thread: 'again' };
    await put({ scope, text: 'one', callId: 'call_1' });
    expect(await put({ scope, text: 'one', callId: 'call_1' })).toMatchObject({ version: 1 });
    expect(await put({ scope, text: 'two', callId: 'call_2' })).toMatchObject({ version: 2 });
    // Late, after another one has written.
    expect(await put({ scope, text: 'one', callId: 'call_1' })).toMatchObject({ version: 2, text: 'two' });
  });

  it('is one of a few of its scope, however many are written at once; those that are there stay writable', async () => {
    const scope = { tenant: 't', thread: 'full' };
    const tries = await Promise.allSettled(
      Array.from({ length: BLOCKS_OF_SCOPE + 3 }, (_, n) => put({ scope, label: `label-${n}`, text: 'x' })),
    );
    const written = tries.flatMap((tried) => (tried.status === 'fulfilled' ? [tried.value] : []));
    expect(written).toHaveLength(BLOCKS_OF_SCOPE);
    await expect(put({ scope, label: 'more', text: 'x' })).rejects.toMatchObject({ code: 'memory.block.invalid' });
    expect(await put({ scope, label: written[0]?.label ?? '', text: 'y' })).toMatchObject({ text: 'y', version: 2 });
    expect(await put({ scope: { ...scope, thread: 'roomy' }, label: 'more', text: 'x' })).toMatchObject({ version: 1 });
  });

  it('goes with its user when the user is erased', async () => {
    await put({ scope: { tenant: 't', user: 'ann', thread: 'x' }, text: 'about ann' });
    await put({ scope: { tenant: 't', user: 'bob', thread: 'x' }, text: 'about bob' });
    const receipt = await memory.erase({ tenant: 't', scope: { tenant: 't', user: 'ann' } });
    expect(receipt.deleted).toMatchObject({ blocks: 1 });
    expect(await get({ user: 'ann', thread: 'x' })).toMatchObject({ version: 0 });
    expect(await get({ user: 'bob', thread: 'x' })).toMatchObject({ text: 'about bob' });
  });
});
