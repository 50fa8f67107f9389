import type { JsonValue } from '@switchyard/contracts';
import { fieldsOf, listOf, textOf } from '../malformed.js';

/**
 * Corrected evidence of one `audit/errors_conv_N.json` of dial481/locomo-audit (or of several, as one list): by id of question,
 * as `parseLocomo` takes it. Corrections of answers alone are not of interest here.
 *
 * @throws SwitchyardError `bench.invalid`
 */
export function parseAudit(value: JsonValue): Map<string, string[]> {
  return new Map(
    listOf(value, 'The audit').flatMap((entry, index): [string, string[]][] => {
      const where = `audit[${index}]`;
      const fields = fieldsOf(entry, where);
      const evidence = fields['correct_evidence'];
      if (!Array.isArray(evidence)) return [];
      const ids = evidence.filter((id) => typeof id === 'string');
      return ids.length === 0 ? [] : [[textOf(fields['question_id'], `${where}.question_id`), ids]];
    }),
  );
}
