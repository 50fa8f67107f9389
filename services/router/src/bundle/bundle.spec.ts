import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RouterService, toValue } from '@switchyard/contracts';
import { archiveRuns, type OldRun } from '@switchyard/journal';
import { inTransaction, sql } from '@switchyard/persistence';
import { BundleOwner } from '@switchyard/service';
import { ReconcilerService } from '../dispatch/reconciler.service.js';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { runWithCalls } from '../open-calls.fixture.js';
import { endRun, submit } from '../run.fixture.js';

const tenant = 'default';
const { method } = RouterService;

describe("the router's part of a bundle", () => {
  let source: RouterUnderTest;
  let target: RouterUnderTest;
  let ended = '';
  let open = '';
  beforeAll(async () => {
    [source, target] = await Promise.all([startRouter(), startRouter()]);
    await applyDefaults(source);
    ended = (await submit(source, { idempotencyKey: 'k', thread: 'a thread' })).runId;
    await endRun(source, ended, 'P'.repeat(1_200_000));
    open = await runWithCalls(source, [{ callId: 'call_1', approval: {} }]);
    const task = { agent: 'helper', input: toValue('again') };
    await source.rpc.call(method.applySchedule, { schedule: { tenant, name: 'daily', cron: '0 9 * * *', task } });
    await source.rpc.call(method.setBudget, { budget: { tenant, agent: 'helper', per: 'day', costUsd: 5 } });
  });
  afterAll(() => Promise.all([source.stop(), target.stop()]));

  const linesOf = async (router: RouterUnderTest, but: readonly string[] = []): Promise<string[]> => {
    const owner = new BundleOwner(router.rpc, RouterService);
    const lines: string[] = [];
    for (const { kind, along } of await owner.kinds({ tenant }))
      if (along === '' && !but.includes(kind)) for await (const line of owner.lines(kind, { tenant })) lines.push(line);
    return lines;
  };
  const importInto = async (router: RouterUnderTest, lines: readonly string[], check = false) => {
    const owner = new BundleOwner(router.rpc, RouterService);
    const sum = { stored: 0, same: 0, kept: 0 };
    for (const line of lines) {
      const { stored, same, kept } = await owner.import(tenant, [line], check);
      sum.stored += stored;
      sum.same += same;
      sum.kept += kept;
    }
    return sum;
  };

  it('comes again as it was, is the same when it is given twice, and a dry run stores none of it', async () => {
    const lines = await linesOf(source);
    expect(await linesOf(source)).toEqual(lines);
    expect(Math.max(...lines.map(({ length }) => length))).toBeGreaterThan(1_000_000);
    const definitions = lines.filter((line) => line.startsWith('{"kind":"agent'));
    expect(await importInto(target, definitions, true)).toEqual({ stored: definitions.length, same: 0, kept: 0 });
    expect(await linesOf(target)).toEqual([]);
    expect(await importInto(target, lines)).toEqual({ stored: lines.length, same: 0, kept: 0 });
    expect(await importInto(target, lines)).toEqual({ stored: 0, same: lines.length, kept: 0 });
    const [run] = await Promise.all([ended].map((runId) => target.rpc.call(method.getRun, { tenant, runId })));
    expect(run).toEqual(await source.rpc.call(method.getRun, { tenant, runId: ended }));
    const events = (router: RouterUnderTest) => router.rpc.call(method.listEvents, { tenant, runId: ended });
    expect(await events(target)).toEqual(await events(source));
    const state = (router: RouterUnderTest) => router.journal.load(ended);
    expect(await state(target)).toEqual(await state(source));
    const again = await linesOf(target);
    // What had not ended is cancelled, and what fires is paused, and no task is looked after: the rest is the same line by line.
    const differing = lines.filter((line) => !again.includes(line)).map((line) => /"kind":"(\w+)"/.exec(line)?.[1]);
    expect(differing.sort()).toEqual(['run', 'schedule', 'task', 'task']);
  });

  it('never moves: what had not ended is cancelled, and nobody is told of anything', async () => {
    const [{ app } = {}] = target.services.slice(-1);
    await app?.get(ReconcilerService, { strict: false }).reconcile();
    const run = await target.rpc.call(method.getRun, { tenant, runId: open });
    expect(run).toMatchObject({ status: 'cancelled', error: { code: 'run.cancelled', details: { by: 'import' } } });
    expect((await target.journal.load(open)).state).toMatchObject({ status: 'cancelled', seq: run.seq });
    expect((await source.rpc.call(method.getRun, { tenant, runId: open })).status).not.toBe('cancelled');
    expect((await target.rpc.call(method.listApprovals, { tenant })).approvals).toEqual([]);
    expect((await target.rpc.call(method.getSchedule, { tenant, name: 'daily' })).paused).toBe(true);
    const manager = await target.bus.js.jetstreamManager();
    for await (const { state } of manager.streams.list(`${target.bus.prefix}.>`)) expect(state.messages).toBe(0);
    await expect(submit(target, { idempotencyKey: 'k', thread: 'a thread' })).resolves.toMatchObject({ runId: ended });
  });

  it('is the same whether its runs are archived or not, there and here', async () => {
    const lines = await linesOf(source);
    const archived = async ({ dataSource }: RouterUnderTest) => {
      const [run] = await sql<OldRun>(
        dataSource,
        'SELECT run_id AS "runId", tenant, thread, seq FROM journal.runs WHERE run_id = $1',
        [ended],
      );
      return inTransaction(dataSource, (manager) => archiveRuns(manager, run ? [run] : []));
    };
    expect(await archived(source)).toBe(1);
    expect(await linesOf(source)).toEqual(lines);
    expect(await archived(target)).toBe(1);
    expect(await importInto(target, lines)).toEqual({ stored: 0, same: lines.length, kept: 0 });
    const entries = 'SELECT 1 FROM journal.events WHERE run_id = $1';
    expect(await sql(target.dataSource, entries, [ended])).toEqual([]);
  });

  it('since a time is what began since, and what it needs', async () => {
    const owner = new BundleOwner(source.rpc, RouterService);
    const had = async (since: Date) => {
      const found: Record<string, number> = {};
      for (const { kind, count, along } of await owner.kinds({ tenant, since })) {
        let lines = 0;
        if (along === '') for await (const line of owner.lines(kind, { tenant, since })) lines += line === '' ? 0 : 1;
        found[kind] = along === '' && kind !== 'run' ? lines : count;
      }
      return found;
    };
    const hour = 3_600_000;
    expect(await had(new Date(Date.now() - hour))).toMatchObject({
      agent: 1,
      run: 2,
      payload: 1,
      payload_use: 1,
      task: 2,
    });
    expect(await had(new Date(Date.now() + hour))).toMatchObject({
      agent: 1,
      run: 0,
      payload: 0,
      payload_use: 0,
      task: 0,
    });
  });

  it('is refused where other content is in the way, all of what came with it too', async () => {
    const [line = ''] = (await linesOf(source)).filter((text) => text.startsWith('{"kind":"agent",'));
    const other = line.replace(/"version":"sha256:../, '"version":"sha256:zz');
    const fresh = line.replace('"name":"helper"', '"name":"fresh"');
    const owner = new BundleOwner(target.rpc, RouterService);
    await expect(owner.import(tenant, [fresh, other], false)).rejects.toMatchObject({
      code: 'bundle.conflict',
      details: { kind: 'agent', keys: ['helper'] },
    });
    expect(await sql(target.dataSource, `SELECT 1 FROM registry.agents WHERE name = 'fresh'`)).toEqual([]);
  });

  it.each([
    ['a kind that nobody knows', '{"kind":"unicorn","data":{}}', 'bundle.unknown_kind'],
    ['no object', '{"kind":"agent","data":7}', 'bundle.invalid'],
    ['no JSON', '{"kind":', 'bundle.invalid'],
    ['a field that nobody knows', '{"kind":"policy","data":{"name":"x","colour":"red"}}', 'bundle.invalid'],
    ['a tenant of its own', '{"kind":"policy","data":{"name":"x","tenant":"other"}}', 'bundle.invalid'],
    ['a field that lacks', '{"kind":"policy","data":{"name":"x"}}', 'bundle.invalid'],
    [
      'a time that is none',
      '{"kind":"agent","data":{"name":"x","version":"v","created_at":"soon","updated_at":"soon"}}',
      'bundle.invalid',
    ],
    [
      'an entry without its run',
      `{"kind":"entry","data":{"tenant":"default","run_id":"run_x","seq":1,"time":"2026-01-01T00:00:00Z","run_resumed":{}}}`,
      'bundle.invalid',
    ],
    [
      'an entry of another tenant',
      `{"kind":"entry","data":{"tenant":"other","run_id":"run_x","seq":1,"time":"2026-01-01T00:00:00Z","run_resumed":{}}}`,
      'bundle.invalid',
    ],
    [
      'an entry of a newer form',
      `{"kind":"entry","data":{"tenant":"default","run_id":"run_x","seq":1,"version":99,"time":"2026-01-01T00:00:00Z"}}`,
      'bundle.newer_version',
    ],
    [
      'a payload under the hash of another',
      `{"kind":"payload","data":{"hash":"sha256:x","bytes":2,"data":"{}"}}`,
      'bundle.invalid',
    ],
    ['a NUL', `{"kind":"policy","data":{"name":"\\u0000"}}`, 'bundle.invalid'],
  ])('is refused with its reason: %s', async (_, line, code) => {
    await expect(new BundleOwner(target.rpc, RouterService).import(tenant, [line], false)).rejects.toMatchObject({
      code,
    });
  });

  it('is imported into an empty system, or again, or where somebody says so', async () => {
    const request = { tenant, bundle: `sha256:${'0'.repeat(64)}`, platformVersion: '1', actor: 'key:x' };
    const begin = (more: object) => target.rpc.call(method.beginBundleImport, { ...request, ...more });
    await expect(begin({ found: { agent: 3 } })).rejects.toMatchObject({
      code: 'bundle.conflict',
      details: { found: ['3 × agent'] },
    });
    await begin({ check: true });
    await expect(begin({ found: { agent: 3 } })).rejects.toMatchObject({ code: 'bundle.conflict' });
    await begin({ found: { agent: 3 }, merge: true });
    await expect(begin({ found: { agent: 3 } })).resolves.toMatchObject({ importedBy: 'key:x' });
    await target.rpc.call(method.endBundleImport, { ...request, stored: 3 });
    const done = await target.rpc.call(method.endBundleImport, { ...request, stored: 0 });
    expect([done.stored, done.endedAt !== undefined]).toEqual([3, true]);
  });
});
