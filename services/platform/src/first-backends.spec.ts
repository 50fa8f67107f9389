import { describe, expect, it } from '@jest/globals';
import {
  create,
  RouterService,
  SwitchyardError,
  type Backend,
  BackendSchema,
  type MessageInitShape,
} from '@switchyard/contracts';
import type { RpcClient } from '@switchyard/bus';
import { applyBackends } from './first-backends.js';

/** A router that keeps backends in memory. Only what `applyBackends` asks is there. */
function routerWith(known: MessageInitShape<typeof BackendSchema>[], inUse: readonly string[] = []) {
  const backends = new Map<string, Backend>(known.map((init) => [init.name ?? '', create(BackendSchema, init)]));
  const answers: Record<string, (init: { name?: string }) => object> = {
    [RouterService.method.listBackends.name]: () => ({ backends: [...backends.values()] }),
    [RouterService.method.applyBackend.name]: (init) => {
      backends.set(init.name ?? '', create(BackendSchema, init));
      return init;
    },
    [RouterService.method.removeBackend.name]: ({ name = '' }) => {
      if (inUse.includes(name)) throw new SwitchyardError('backend.in_use', 'It has runs.');
      backends.delete(name);
      return {};
    },
  };
  const call = async (method: { name: string }, init: object) => answers[method.name]?.(init) ?? {};
  return { rpc: { call } as unknown as RpcClient, names: () => [...backends.keys()].sort() };
}

const simulatorUrl = 'http://127.0.0.1:7460';
const env = (more: Record<string, string> = {}) => ({ SWITCHYARD_PROBE_LOCAL: 'off', ...more });

describe('the backends of a started system', () => {
  it('are the simulator, behind two wire APIs, where there is no model', async () => {
    const router = routerWith([]);
    const backends = await applyBackends(router.rpc, { env: env(), simulatorUrl });
    expect(router.names()).toEqual(['simulator', 'simulator-anthropic']);
    expect(backends.every(({ simulated, note }) => simulated && note.includes('no model'))).toBe(true);
  });

  it('are those whose keys are set, and then the simulator goes', async () => {
    const router = routerWith([{ name: 'simulator', simulated: true }]);
    await applyBackends(router.rpc, { env: env({ ANTHROPIC_API_KEY: 'k' }), simulatorUrl });
    expect(router.names()).toEqual(['anthropic']);
  });

  it('keep what a person wrote, and lose what was found and is gone', async () => {
    const router = routerWith([
      { name: 'openai', note: 'mine', model: 'my-model' },
      { name: 'mistral', note: 'Found: MISTRAL_API_KEY is set' },
    ]);
    const backends = await applyBackends(router.rpc, { env: env({ OPENAI_API_KEY: 'k' }), simulatorUrl });
    expect(router.names()).toEqual(['openai']);
    expect(backends[0]?.model).toBe('my-model');
  });

  it('stay while runs are on them', async () => {
    const router = routerWith([{ name: 'simulator', simulated: true }], ['simulator']);
    await applyBackends(router.rpc, { env: env({ OPENAI_API_KEY: 'k' }), simulatorUrl });
    expect(router.names()).toEqual(['openai', 'simulator']);
  });

  it('never hold a key', async () => {
    const router = routerWith([]);
    const backends = await applyBackends(router.rpc, { env: env({ OPENAI_API_KEY: 'sk-very-secret' }), simulatorUrl });
    expect(JSON.stringify(backends)).not.toContain('sk-very-secret');
    expect(backends[0]?.apiKeyEnv).toBe('OPENAI_API_KEY');
  });
});
