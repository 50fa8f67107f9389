import { describe, expect, it } from '@jest/globals';
import { fromValue, readConnection, SwitchyardClient } from '@switchyard/client';
import { waitFor } from '@switchyard/testing';
import type { System } from '../index.js';

export function scheduledTasks(system: () => System): void {
  describe('a schedule', () => {
    it('is applied, runs its task to the end at its times, is paused and removed', async () => {
      const { gateway_url: url, api_key: apiKey } = await readConnection(system().dataDir);
      const client = new SwitchyardClient({ url, apiKey });
      const task = { agent: 'assistant', input: 'What is 17% of 2340?' };
      const applied = await client.schedules.apply({ name: 'ticking', cron: '*/2 * * * * *', task });
      expect(applied).toMatchObject({ timeZone: 'UTC', missed: 'last', overlap: 'allow', fired: 0 });
      expect(applied.nextTimes).toHaveLength(5);
      await waitFor(async () => (await client.schedules.get('ticking')).fired > 1);
      const paused = await client.schedules.pause('ticking');
      expect(paused).toMatchObject({ paused: true, nextTimes: [] });
      const run = await client.runs.wait(paused.lastRunId);
      expect(fromValue(run.output)).toBe('17% of 2340 = 397.8');
      expect(run.metadata).toMatchObject({ schedule: 'ticking' });
      expect(run.idempotencyKey).toBe(`schedule:ticking:${run.metadata['scheduled_at'] ?? ''}`);
      await client.schedules.remove('ticking');
      expect(await client.schedules.list()).toEqual([]);
      await expect(client.schedules.resume('ticking')).rejects.toMatchObject({ code: 'schedule.not_found' });
    });

    it('that could never work is refused over REST with what is wrong', async () => {
      const { gateway_url: url, api_key: apiKey } = await readConnection(system().dataDir);
      const client = new SwitchyardClient({ url, apiKey });
      const task = { agent: 'assistant', input: 'x' };
      await expect(client.schedules.apply({ name: 'a', cron: '0 0 30 2 *', task })).rejects.toMatchObject({
        code: 'schedule.never_fires',
      });
      await expect(client.schedules.apply({ name: 'a', cron: '* 25 * * *', task })).rejects.toMatchObject({
        code: 'schedule.invalid',
        details: { cron_field: 'hour', position: 2 },
      });
      await expect(client.schedules.apply({ name: 'a', cron: '@daily', task, fired: 7 })).rejects.toMatchObject({
        code: 'contract.malformed',
      });
    });
  });
}
