import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Swaps of an agent's model or version, and what was done for each. */
export class AddSwaps1797030001000 implements MigrationInterface {
  readonly name = 'AddSwaps1797030001000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE evaluation.swap_steps');
    await queryRunner.query('DROP TABLE evaluation.swaps');
  }
}

const UP = [
  `CREATE TABLE evaluation.swaps (
     id text NOT NULL,
     tenant text NOT NULL,
     agent text NOT NULL,
     status text NOT NULL,
     reason text NOT NULL DEFAULT '',
     baseline json NOT NULL,
     candidate json NOT NULL,
     definition json,
     plan json NOT NULL,
     evaluations json NOT NULL,
     verdict text NOT NULL DEFAULT '',
     comparisons json NOT NULL,
     certificate text NOT NULL DEFAULT '',
     rollout text NOT NULL DEFAULT '',
     estimate json NOT NULL,
     started_by text NOT NULL,
     started_at timestamptz NOT NULL,
     ended_at timestamptz,
     stop_by text NOT NULL DEFAULT '',
     stop_reason text NOT NULL DEFAULT '',
     approved_by text NOT NULL DEFAULT '',
     approved_at timestamptz,
     revision integer NOT NULL,
     CONSTRAINT swaps_pkey PRIMARY KEY (id)
   )`,
  'CREATE INDEX swaps_tenant ON evaluation.swaps (tenant, id)',
  // One under way for an agent, however many ask at once.
  'CREATE UNIQUE INDEX swaps_under_way ON evaluation.swaps (tenant, agent) WHERE ended_at IS NULL',
  `CREATE TABLE evaluation.swap_steps (
     swap_id text NOT NULL,
     position integer NOT NULL,
     act text NOT NULL,
     at timestamptz NOT NULL,
     actor text NOT NULL,
     note text NOT NULL,
     refs json NOT NULL,
     CONSTRAINT swap_steps_pkey PRIMARY KEY (swap_id, position)
   )`,
];
