import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ForgetRequest, Memory } from '@switchyard/contracts';
import { metrics } from '@switchyard/telemetry';
import { memoryNotFound } from '../memory-error.js';
import { asTenant } from '../persistence/as-tenant.js';
import { eraseRows } from '../persistence/erase.js';
import { MemoryRepository } from '../persistence/memory.repository.js';
import { toMemory } from '../persistence/memory-row.js';

/** Takes memories out for good. */
@Injectable()
export class EraseService {
  private readonly forgotten = metrics.counter('switchyard_memory_forgotten_total', 'Memories that were forgotten.');

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(MemoryRepository) private readonly memories: MemoryRepository,
  ) {}

  /** @throws SwitchyardError `memory.not_found` */
  async forget({ tenant, id }: ForgetRequest): Promise<Memory> {
    const [row] = await this.memories.find(tenant, [id]);
    const deleted = await asTenant(this.dataSource, tenant, (manager) => eraseRows(manager, [id]));
    if (row === undefined || deleted['memories'] === 0) throw memoryNotFound(id);
    this.forgotten.inc();
    return toMemory(row);
  }
}
