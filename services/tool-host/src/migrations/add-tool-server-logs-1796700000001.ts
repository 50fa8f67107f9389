import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The last words of servers that are programs. */
export class AddToolServerLogs1796700000001 implements MigrationInterface {
  readonly name = 'AddToolServerLogs1796700000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "effects"."tool_server_logs" (
        "server" text NOT NULL,
        "host" text NOT NULL,
        "text" text NOT NULL,
        "updated_at" timestamptz NOT NULL,
        CONSTRAINT "tool_server_logs_pkey" PRIMARY KEY ("server", "host")
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "effects"."tool_server_logs"');
  }
}
