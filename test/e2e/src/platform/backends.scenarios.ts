import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '@switchyard/simulator';
import { waitFor } from '@switchyard/testing';
import { rest, switchyard, switchyardJson, type System } from '../index.js';

export function backends(system: () => System): void {
  describe('a backend', () => {
    let simulator: Simulator;
    beforeAll(async () => {
      simulator = await startSimulator();
    });
    afterAll(() => simulator?.close());

    it('is added, used, shown with its health, and removed while the system runs', async () => {
      const add = ['backends', 'add', 'yard', '--endpoint', `${simulator.url}/v1`, '--model', 'switchyard-simulator'];
      expect((await switchyard(system(), add)).stdout).toContain('yard is registered');
      const run = await switchyardJson(system(), ['run', '--backend', 'yard', 'What is 21 * 2?']);
      expect(run).toMatchObject({ backend: 'yard', output: '21 * 2 = 42' });
      expect(simulator.requests.length).toBeGreaterThanOrEqual(2);
      await waitFor(
        async () => {
          const shown = await switchyardJson<{ health: { status: string } }>(system(), ['backends', 'show', 'yard']);
          return shown.health.status === 'healthy';
        },
        { describe: 'the backend to be seen healthy' },
      );
      const list = await switchyard(system(), ['backends', 'list']);
      expect(list.stdout).toMatch(/^yard +switchyard-simulator +openai-chat +healthy/m);
      expect(list.stdout).toMatch(/^simulator +.*simulator: no model behind it/m);

      expect((await switchyard(system(), ['backends', 'remove', 'yard'])).code).toBe(0);
      expect((await rest(system(), 'GET', '/v1/backends/yard')).status).toBe(404);
      const refused = await switchyard(system(), ['run', '--backend', 'yard', 'x']);
      expect(refused.code).toBe(3);
      expect(refused.stderr).toContain('backend.not_found');
    });
  });
}
