import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a tool asks people in the course of a call, one row a round, and what was answered. */
@Entity({ schema: 'effects', name: 'questions' })
@Index('questions_open', ['tenant', 'callId'], { where: 'answers IS NULL' })
export class QuestionEntity {
  @PrimaryColumn({ name: 'call_id', type: 'text', primaryKeyConstraintName: 'questions_pkey' })
  callId!: string;

  /** From 1. */
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'questions_pkey' })
  round!: number;

  @Column({ type: 'text' })
  tenant!: string;

  /** Question[] as the tool asked them. */
  @Column({ type: 'jsonb' })
  questions!: object;

  /** The tool's own, handed back to it as it is. */
  @Column({ type: 'text', nullable: true })
  state!: string | null;

  /** The call goes on while it waits. */
  @Column({ type: 'boolean' })
  held!: boolean;

  @Column({ name: 'asked_at', type: 'timestamptz' })
  askedAt!: Date;

  /** Answer[]; null before. */
  @Column({ type: 'jsonb', nullable: true })
  answers!: object | null;

  @Column({ name: 'answered_by', type: 'text', nullable: true })
  answeredBy!: string | null;

  @Column({ name: 'answered_at', type: 'timestamptz', nullable: true })
  answeredAt!: Date | null;
}
