import { Inject, Injectable } from '@nestjs/common';
import {
  SwitchyardError,
  type KeptResultPageSchema,
  type MessageInitShape,
  type ReadKeptResultQuery,
  type ToolCall,
} from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { isInnerCallId } from '../calls/inner-call-id.js';
import type { ToolOutput } from '../tools/tool.js';
import { KeptResultsRepository } from './kept-results.repository.js';
import { pageOf, placesOf } from './pages.js';
import { previewOf, type Preview } from './preview.js';

/** Keeps what tools give beyond their limit, and gives it in pages. */
@Injectable()
export class KeptResults {
  constructor(
    @Inject(KeptResultsRepository) private readonly repository: KeptResultsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * The preview that stands for an output, once the whole is durable; undefined where the output is to be taken as it is: it fits,
   * its asker is no run that could read on, or it could not be kept. It is cut at its limit then, and says so.
   */
  async keep(call: ToolCall, output: ToolOutput, maxBytes: number): Promise<Preview | undefined> {
    // Code reads its own calls, and reads on in code.
    if (call.runId === '' || isInnerCallId(call.callId)) return undefined;
    const preview = previewOf(call.callId, output.content, maxBytes);
    if (!preview) return undefined;
    const { hash, text: content } = preview.whole;
    try {
      await this.repository.keep({ callId: call.callId, tenant: call.tenant, hash, content });
      return preview;
    } catch (error) {
      this.logger.warn({ err: error, call_id: call.callId }, 'A large result could not be kept; it is cut instead');
      return undefined;
    }
  }

  /**
   * A page of a whole result, or the places where a text stands in it.
   *
   * @throws SwitchyardError `tool.result_not_kept`, also where it is another tenant's
   */
  async read(query: ReadKeptResultQuery): Promise<MessageInitShape<typeof KeptResultPageSchema>> {
    const { tenant, callId, hash, offset, limit, query: sought } = query;
    const text = await this.repository.find(tenant, callId, hash);
    if (text !== undefined) return sought === '' ? pageOf(text, offset, limit) : placesOf(text, sought, offset);
    throw new SwitchyardError(
      'tool.result_not_kept',
      `The whole result of call ${callId} is not kept any more: results are kept as long as the ledger keeps calls. Call the tool again, for less.`,
      { details: { call_id: callId } },
    );
  }
}
