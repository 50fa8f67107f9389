import type { PostgresServer } from '@switchyard/servers';
import { measureSystem, type SystemFigures } from './measure.js';
import { startScripted } from './scripted-system.js';

export interface SwitchyardOptions {
  postgres: Pick<PostgresServer, 'pid'>;
  databaseUrl: string;
  /** Each service in a process of its own. */
  separate: boolean;
  scale: number;
}

/** Runs of ten tool calls that each go over the bus to a tool host, asked for by a model that takes no time. */
export async function measureSwitchyard(options: SwitchyardOptions): Promise<SystemFigures> {
  const { postgres, databaseUrl, separate, scale } = options;
  const scripted = await startScripted({ databaseUrl, separate });
  try {
    const pids = () => [scripted.system.pid, postgres.pid];
    return await measureSystem({ runOne: scripted.runOne, pids, scale });
  } finally {
    await scripted.stop();
  }
}
