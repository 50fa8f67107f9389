import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { rest, switchyard, switchyardJson, type System } from '../index.js';
import { finishedRun } from './finished-run.js';

const clerk = (instructions: string, more = '') =>
  `name: clerk\ninstructions: |\n  ${instructions}\ntools: [calculator]\n${more}`;

export function agentVersions(system: () => System): void {
  describe('an agent in YAML', () => {
    it('is applied, changed, compared and shown; a run says which version it executed', async () => {
      const file = join(system().dataDir, 'clerk.yaml');
      await writeFile(file, clerk('You are a clerk.'));
      const created = await switchyardJson<Applied>(system(), ['agents', 'apply', '-f', file]);
      expect(created).toMatchObject({ outcome: 'created', version: { number: 1 } });
      const first = created.version.version;
      expect(await switchyardJson(system(), ['agents', 'apply', '-f', file])).toMatchObject({
        outcome: 'unchanged',
        version: { number: 1, version: first },
        changes: [],
      });
      const before = await finishedRun(system(), { agent: 'clerk', input: 'What is 4 * 4?' });
      expect(before.run['agent_version']).toBe(first);

      await writeFile(file, clerk('You are a careful clerk.', 'parameters:\n  temperature: 0\n'));
      const diff = await switchyard(system(), ['agents', 'diff', '-f', file]);
      expect(diff.stdout).toContain('- instructions: "You are a clerk.');
      expect(diff.stdout).toContain('+ instructions: "You are a careful clerk.');
      const updated = await switchyardJson<Applied>(system(), ['agents', 'apply', '-f', file]);
      expect(updated).toMatchObject({ outcome: 'updated', version: { number: 2 } });
      expect(updated.changes.map(({ path }) => path).sort()).toEqual(['instructions', 'parameters']);
      const second = updated.version.version;
      expect(second).not.toBe(first);

      const after = await finishedRun(system(), { agent: 'clerk', input: 'What is 4 * 4?' });
      expect(after.run['agent_version']).toBe(second);
      expect(after.run['configuration']).not.toBe(before.run['configuration']);
      const old = await rest(system(), 'GET', `/v1/runs/${String(before.run['run_id'])}`);
      expect(old.body['agent_version']).toBe(first);

      const versions = await switchyardJson<{ version: string }[]>(system(), ['agents', 'versions', 'clerk']);
      expect(versions.map(({ version }) => version)).toEqual([second, first]);
      const shown = await switchyard(system(), ['agents', 'show', 'clerk', '--version', '1']);
      expect(shown.stdout).toContain('You are a clerk.');
      const byAddress = await rest(
        system(),
        'GET',
        `/v1/agents/clerk?version=${first.slice(0, 'sha256:'.length + 12)}`,
      );
      expect(byAddress.body).toMatchObject({ number: 1, version: first });
    });

    it('is the same version under the same content, whatever the format', async () => {
      const yaml = await rest(system(), 'POST', '/v1/agents', {
        body: clerk('Twice.'),
        headers: { 'content-type': 'application/yaml' },
      });
      const json = await rest(system(), 'POST', '/v1/agents', {
        body: { tools: ['calculator'], instructions: 'Twice.\n', name: 'clerk' },
      });
      expect(json.body).toMatchObject({ outcome: 'unchanged' });
      expect((json.body['version'] as JsonObject)['version']).toBe((yaml.body['version'] as JsonObject)['version']);
    });
  });
}

interface Applied {
  outcome: string;
  version: { number: number; version: string };
  changes: { path: string }[];
}
