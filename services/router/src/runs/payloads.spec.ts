import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fromValue, payloadReference, RouterService } from '@switchyard/contracts';
import { applyDefaults, startRouter, type RouterUnderTest } from '../router.fixture.js';
import { endRun, submit } from '../run.fixture.js';

const { getPayload, getRun, listEvents, listRuns } = RouterService.method;

describe('what is too large for a message', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter();
    await applyDefaults(router);
  });
  afterAll(() => router.stop());

  it('is told as a reference, and had in parts by the tenant whose it is', async () => {
    const output = `"${'\u{1F600}\n'.repeat(400_000)}"`;
    const { runId } = await submit(router, {});
    await endRun(router, runId, output);
    const run = await router.rpc.call(getRun, { tenant: 'default', runId });
    expect(payloadReference(fromValue(run.output))?.hash).toBe(run.outputPayload);
    expect(run.inputPayload).toBe('');
    const { events } = await router.rpc.call(listEvents, { tenant: 'default', runId });
    expect(events).toHaveLength(3);
    const { runs } = await router.rpc.call(listRuns, { tenant: 'default' });
    expect(fromValue(runs[0]?.output)).toMatch(/^"\u{1F600}/u);
    const hash = run.outputPayload;
    let text = '';
    let offset = 0;
    do {
      const part = await router.rpc.call(getPayload, { tenant: 'default', hash, offset });
      text += part.text;
      offset = part.nextOffset;
    } while (offset > 0);
    expect(JSON.parse(text)).toBe(output);
    await expect(router.rpc.call(getPayload, { tenant: 'other', hash })).rejects.toMatchObject({
      code: 'payload.not_found',
    });
    await expect(router.rpc.call(getPayload, { tenant: 'default', hash: 'sha256:x' })).rejects.toMatchObject({
      code: 'contract.invalid',
    });
  });

  it('stands in the answer itself where it fits', async () => {
    const { runId } = await submit(router, {});
    await endRun(router, runId, 'y'.repeat(300_000));
    const run = await router.rpc.call(getRun, { tenant: 'default', runId });
    expect([fromValue(run.output), run.outputPayload]).toEqual(['y'.repeat(300_000), '']);
  });
});
