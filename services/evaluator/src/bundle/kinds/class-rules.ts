import { tableKind } from '@switchyard/persistence';

/** Every version of the rules by which tasks were classed. */
export const CLASS_RULES = tableKind({
  kind: 'class_rules',
  part: 'evidence',
  table: 'evaluation.class_rules',
  key: ['agent', 'number'],
});
