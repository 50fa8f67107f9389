import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectBus, RpcClient, type Bus } from '@switchyard/bus';
import { loadConfig } from '@switchyard/config';
import { follow, startSnapshot } from '@switchyard/evidence';
import { startService, type RunningService } from '@switchyard/service';
import { createLogger } from '@switchyard/telemetry';
import { freshPrefix, testServers } from '@switchyard/testing';
import { GOOD_FOR_MS, REFRESH_MS, RoutingSnapshots } from './routing-snapshots.service.js';
import { StubEvaluator, stubEvaluator } from './stub-evaluator.fixture.js';

const tenant = 'default';
const START = 1_000_000_000;

describe('what a router has at hand of what was learnt', () => {
  const evaluator = new StubEvaluator();
  let bus: Bus;
  let service: RunningService;
  const snapshots = () => new RoutingSnapshots(new RpcClient(bus), createLogger('test', { level: 'silent' }));
  const learn = () => {
    evaluator.snapshot = follow(evaluator.snapshot, { kind: 'certified', backends: ['alpha'] });
    return evaluator.snapshot.revision;
  };
  beforeAll(async () => {
    const { natsUrl } = await testServers();
    const config = loadConfig({
      ...{ NATS_URL: natsUrl, SWITCHYARD_PREFIX: freshPrefix('snapshots'), SWITCHYARD_LOG_LEVEL: 'silent' },
    });
    bus = await connectBus({ servers: natsUrl, name: 'test', prefix: config.prefix });
    service = await startService(stubEvaluator(evaluator), { config });
    evaluator.snapshot = startSnapshot();
  });
  afterAll(async () => {
    await service?.stop();
    await bus?.close();
  });

  it('is nothing at first, and renewed at most so often, with what the router has', async () => {
    const known = snapshots();
    const revision = learn();
    expect(known.get(tenant, 'helper', START)).toBeUndefined();
    expect((await known.getOrAsk(tenant, 'helper', START))?.revision).toBe(revision);
    const asked = evaluator.asked.length;
    expect(known.get(tenant, 'helper', START + REFRESH_MS - 1)?.revision).toBe(revision);
    expect(evaluator.asked.length).toBe(asked);
    learn();
    await known.settled(tenant, 'helper', START + REFRESH_MS);
    expect(evaluator.asked.at(-1)).toMatchObject({ knownRevision: revision, agent: 'helper' });
    expect(known.get(tenant, 'helper', START + REFRESH_MS)?.revision).toBe(revision + 1);
  });

  it('is asked for at once where there was more to learn of', async () => {
    const known = snapshots();
    evaluator.behind = true;
    await known.getOrAsk(tenant, 'helper', START);
    evaluator.behind = false;
    const asked = evaluator.asked.length;
    await known.settled(tenant, 'helper', START + 1);
    expect(evaluator.asked.length).toBe(asked + 1);
  });

  it('stays while the evaluator does not answer, for ten minutes', async () => {
    const known = snapshots();
    const revision = learn();
    await known.getOrAsk(tenant, 'helper', START);
    await service.stop();
    await known.settled(tenant, 'helper', START + REFRESH_MS);
    expect(known.get(tenant, 'helper', START + GOOD_FOR_MS)?.revision).toBe(revision);
    expect(known.get(tenant, 'helper', START + GOOD_FOR_MS + 1)).toBeUndefined();
    expect(await known.certified(tenant, 'helper')).toEqual(new Set());
  });
});
