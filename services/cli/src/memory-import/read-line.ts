import type { JsonObject } from '@switchyard/contracts';
import { momentIn, numberIn, recordOf, scopeFrom, textIn, textsIn } from './candidate.js';

/**
 * A plain line: `text`, and if it likes `id`, `kind`, `tags`, `user`, `agent`, `thread`, `subject`, `confidence`, `trust`,
 * `valid_from`, `valid_to`, `expires_at`, `occurred_at`, `evidence` and `superseded_by` (ids of other lines), and of
 * episodes `speaker`, `conversation`, `position`. Whatever else it has is passed over.
 *
 * @throws SwitchyardError `import.invalid`
 */
export function readLine(line: JsonObject): JsonObject {
  return recordOf({
    id: textIn(line, 'id'),
    text: textIn(line, 'text'),
    kind: textIn(line, 'kind'),
    tags: textsIn(line, 'tags'),
    scope: scopeFrom({ agent: textIn(line, 'agent'), user: textIn(line, 'user'), thread: textIn(line, 'thread') }),
    subject: textIn(line, 'subject'),
    confidence: numberIn(line, 'confidence'),
    trust: textIn(line, 'trust'),
    valid_from: momentIn(line, 'valid_from'),
    valid_to: momentIn(line, 'valid_to'),
    expires_at: momentIn(line, 'expires_at'),
    occurred_at: momentIn(line, 'occurred_at'),
    evidence: textsIn(line, 'evidence'),
    superseded_by: textIn(line, 'superseded_by'),
    speaker: textIn(line, 'speaker'),
    conversation: textIn(line, 'conversation'),
    position: placeOf(numberIn(line, 'position')),
  });
}

/** As the contract has it: 32 bits, not negative; what is none is left to the order of the lines. */
function placeOf(position: number | undefined): number | undefined {
  return position !== undefined && Number.isInteger(position) && position > 0 && position < 2 ** 32
    ? position
    : undefined;
}
