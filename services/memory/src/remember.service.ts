import { Inject, Injectable } from '@nestjs/common';
import { timestampDate, type Memory, type RememberRequest } from '@switchyard/contracts';
import { metrics, SWITCHYARD, withSpan } from '@switchyard/telemetry';
import { checkName, checkProvenance, checkScope, invalidField } from './check-request.js';
import { memoryForgotten } from './memory-error.js';
import { NOW, type Now } from './now.js';
import { MemoryRepository } from './persistence/memory.repository.js';
import { toMemory } from './persistence/memory-row.js';
import { SaveRepository } from './persistence/save.repository.js';
import { makeFact } from './records/make-statement.js';
import type { Statement } from './records/statement.js';
import { keysOf } from './records/save-keys.js';
import { checkTags, checkText } from './write-limits.js';

const MESSAGE = 'RememberRequest';
/** Memories that one may rest on. */
const MAX_EVIDENCE = 64;

/** Stores a fact, or counts what has been said before. */
@Injectable()
export class RememberService {
  private readonly saves = metrics.counter(
    'switchyard_memory_saves_total',
    'Statements that came to be remembered, by what became of them.',
    ['outcome'],
  );

  constructor(
    @Inject(SaveRepository) private readonly saver: SaveRepository,
    @Inject(MemoryRepository) private readonly memories: MemoryRepository,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * The next recall finds it, on any replica: the index is written by the same transaction. A fact of a subject that has
   * one already takes its place, unless it is believed less.
   *
   * @throws SwitchyardError `contract.invalid` (no readable text, too many or too long tags, times that contradict each
   *   other), `memory.evidence.invalid`, `memory.not_found` (the same call saved it before, and it was forgotten since),
   *   `database.unavailable` (retryable)
   */
  async remember(request: RememberRequest): Promise<Memory> {
    const scope = checkScope(request.scope, MESSAGE);
    const at = this.now();
    const statement = statementOf(request, scope.user, at);
    return withSpan('remember', { attributes: { [SWITCHYARD.tenant]: scope.tenant } }, async (span) => {
      const batch = { scope, statements: [statement], at, runId: statement.provenance.runId };
      const [saved] = await this.saver.save(scope.tenant, [() => batch], [{ scope, keys: keysOf([statement]) }]);
      const outcome = saved?.[0]?.outcome ?? 'forgotten';
      this.saves.inc({ outcome });
      span.setAttribute('switchyard.memory.outcome', outcome);
      const [row] = await this.memories.find(scope.tenant, [saved?.[0]?.memoryId ?? '']);
      if (row === undefined) throw memoryForgotten(statement.provenance.callId);
      return toMemory(row);
    });
  }
}

function statementOf(request: RememberRequest, self: string, at: Date): Statement {
  const provenance = checkProvenance(request.provenance, MESSAGE);
  const { confidence = 1, evidence } = request;
  if (!(confidence >= 0 && confidence <= 1)) throw invalidField(MESSAGE, 'confidence', 'is not between 0 and 1');
  if (evidence.length > MAX_EVIDENCE)
    throw invalidField(MESSAGE, 'evidence', `names ${evidence.length} memories; at most ${MAX_EVIDENCE} are kept`);
  const validFrom = request.validFrom && timestampDate(request.validFrom);
  const validTo = request.validTo && timestampDate(request.validTo);
  if (validTo && validTo <= (validFrom ?? at))
    throw invalidField(MESSAGE, 'valid_to', 'is not after valid_from: it would never be true');
  return makeFact({
    at,
    self,
    kind: request.kind === 'summary' ? 'summary' : 'fact',
    text: checkText(request.text, MESSAGE),
    tags: checkTags(request.tags, MESSAGE),
    subject: checkName(request.subject.trim().toLowerCase(), MESSAGE, 'subject'),
    provenance,
    confidence,
    evidence: [...new Set(evidence)].sort(),
    saveKey: provenance.callId,
    validTo,
    ...(validFrom && { validFrom }),
    ...(request.expiresAt && { expiresAt: timestampDate(request.expiresAt) }),
  });
}
