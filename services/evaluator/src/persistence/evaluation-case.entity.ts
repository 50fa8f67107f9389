import type { JsonObject } from '@switchyard/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

const primaryKeyConstraintName = 'evaluation_cases_pkey';

/** A case of an evaluation as its suite had it at the start. */
@Entity({ schema: 'evaluation', name: 'evaluation_cases' })
export class EvaluationCaseEntity {
  @PrimaryColumn('text', { name: 'evaluation_id', primaryKeyConstraintName })
  evaluationId!: string;

  @PrimaryColumn('text', { name: 'case_id', primaryKeyConstraintName })
  caseId!: string;

  /** Its place in the suite, from 0. */
  @Column('integer')
  position!: number;

  /** `SuiteCase`. */
  @Column('json')
  definition!: JsonObject;
}
