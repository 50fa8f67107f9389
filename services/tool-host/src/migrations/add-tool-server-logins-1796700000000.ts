import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens and clients of servers that ask for authorisation, sealed. */
export class AddToolServerLogins1796700000000 implements MigrationInterface {
  readonly name = 'AddToolServerLogins1796700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "effects"."tool_server_logins" (
        "server" text NOT NULL,
        "sealed" jsonb,
        "updated_at" timestamptz NOT NULL,
        CONSTRAINT "tool_server_logins_pkey" PRIMARY KEY ("server")
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "effects"."tool_server_logins"');
  }
}
