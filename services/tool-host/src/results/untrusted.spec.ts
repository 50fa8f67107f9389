import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { ToolResult } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { callOf, CallHosts, effectsDatabase, type EffectsDatabase } from '../calls/call-host.fixture.js';
import { stdioServer } from '../mcp/mcp-server.fixture.js';
import { text } from '../tools/tool.js';

let effects: EffectsDatabase;
const hosts = new CallHosts(() => effects);
beforeAll(async () => {
  effects = await effectsDatabase();
});
afterEach(() => hosts.stop());
afterAll(() => effects.drop());

const marks = ({ content }: ToolResult): unknown[] => content.map((part) => part['untrusted'] ?? false);

it('what a server’s tool gives is marked as from outside, its failures too, and what is the platform’s own is not', async () => {
  const host = await hosts.start([{ name: 'own', effect: 'pure', handler: async () => text('4') }]);
  await host.servers.apply(stdioServer('out'));
  await waitFor(() => host.catalog.ready('out_add') !== undefined, { timeoutMs: 20_000 });
  const given = await host.calls.perform(callOf('out_add', { arguments: { a: 1, b: 1 } }));
  const failed = await host.calls.perform(callOf('out_fails'));
  expect([given.status, failed.status]).toEqual(['ok', 'error']);
  expect([marks(given), marks(failed)]).toEqual([[true], [true]]);
  expect(marks(await host.calls.perform(callOf('own')))).toEqual([false]);
  expect([host.catalog.definitionOf('out_add')?.untrusted, host.catalog.definitionOf('own')?.untrusted]).toEqual([
    true,
    false,
  ]);
});
