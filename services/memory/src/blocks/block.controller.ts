import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  create,
  MemoryBlockSchema,
  MemoryService,
  type BlockQuery,
  type MemoryBlock,
  type PutBlockRequest,
} from '@switchyard/contracts';
import { checkName, checkScope } from '../check-request.js';
import { memoryConflict } from '../memory-error.js';
import { NOW, type Now } from '../now.js';
import { cleanText } from '../text/clean-text.js';
import { BlockRepository } from './block.repository.js';

/** Where no label is named. */
const LABEL = 'notes';

/** `<prefix>.rpc.memory.*`: the working memory of threads. */
@Controller()
export class BlockController {
  constructor(
    @Inject(BlockRepository) private readonly blocks: BlockRepository,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /** One that nobody has written is empty, in version 0. */
  @Rpc(MemoryService.method.getBlock)
  async getBlock(query: BlockQuery): Promise<MemoryBlock> {
    const scope = checkScope(query.scope, 'BlockQuery');
    const label = query.label || LABEL;
    return (await this.blocks.find(scope, label)) ?? create(MemoryBlockSchema, { scope, label });
  }

  /** @throws SwitchyardError `memory.conflict` where it is of another version than the one that is to be replaced */
  @Rpc(MemoryService.method.putBlock)
  async putBlock(request: PutBlockRequest): Promise<MemoryBlock> {
    const { version, text } = request;
    const { block, done } = await this.blocks.put({
      scope: checkScope(request.scope, 'PutBlockRequest'),
      label: request.label || LABEL,
      text: cleanText(text),
      version,
      actor: checkName(request.actor, 'PutBlockRequest', 'actor'),
      callId: checkName(request.callId, 'PutBlockRequest', 'call_id'),
      at: this.now(),
    });
    if (done && block) return block;
    const now = block?.version ?? 0;
    throw memoryConflict(
      `The block is in version ${now}, and the change was made to version ${version ?? 0}. Read it again and make the change to what it is now.`,
      { version: String(now) },
    );
  }
}
