import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { rest, switchyard, switchyardJson, type System } from '../index.js';

export function deadLetters(system: () => System): void {
  describe('a message that nobody can handle', () => {
    it('is kept with its cause, and found on the bus, by REST and at the command line', async () => {
      const nats = await system().nats();
      try {
        const dead = nats.subscribe(system().subject('dead.tasks.>'), { max: 1 });
        await nats.flush();
        const body = JSON.stringify({ agent: 'nobody-of-that-name', input: 'x', idempotency_key: 'lost' });
        nats.publish(system().subject('tasks.default'), body);
        for await (const letter of dead) {
          expect(letter.json()).toMatchObject({
            kind: 'tasks',
            subject: system().subject('tasks.default'),
            payload: body,
            cause: { code: 'agent.not_found' },
          });
        }
      } finally {
        await nats.close();
      }
      const letters = await waitFor(
        async () => {
          const answer = await rest(system(), 'GET', '/v1/dead-letters?kind=tasks');
          const found = answer.body['letters'] as JsonObject[];
          return found.length > 0 && found;
        },
        { describe: 'the dead letter to be listed' },
      );
      expect(letters[0]).toMatchObject({ cause: { code: 'agent.not_found' }, deliveries: 1 });
      expect(await switchyardJson(system(), ['dead-letters', '--kind', 'tasks'])).toEqual(letters);
      const text = await switchyard(system(), ['dead-letters']);
      expect(text.stdout).toMatch(/tasks .*agent\.not_found: .*nobody-of-that-name/);
      expect(await switchyardJson(system(), ['dead-letters', '--kind', 'exec'])).toEqual([]);
    });
  });
}
