import { connectBus, RpcClient } from '@switchyard/bus';
import { loadConfig } from '@switchyard/config';
import { RouterService, ToolHostService, type JsonObject } from '@switchyard/contracts';
import { waitFor } from './wait-for.js';
import { FRUGAL } from './allowance.js';
import { AGENT, agentOf } from './minder.js';
import type { ProgramCall } from './program.js';
import type { Policy } from './scenario.js';
import { TICKER } from './schedule.js';

/** What the programs need of the system: a backend, the witness as a tool server, an agent, and a key. Gives the key. */
export async function setUp(
  env: NodeJS.ProcessEnv,
  modelUrl: string,
  witnessUrl: string,
  kinds: ReadonlySet<ProgramCall['do']>,
  policies: readonly Policy[],
): Promise<string> {
  const { natsUrl, prefix, tenant } = loadConfig(env);
  const bus = await connectBus({ servers: natsUrl, prefix, name: 'chaos' });
  try {
    const rpc = new RpcClient(bus);
    await waitFor('the router and the tool hosts', async () => {
      await rpc.call(RouterService.method.listBackends, {});
      await rpc.call(ToolHostService.method.listServers, {});
      return true;
    });
    await rpc.call(RouterService.method.applyBackend, {
      ...{ name: 'program', baseUrl: modelUrl, api: 'openai-chat', model: 'program', concurrency: 64 },
    });
    await rpc.call(ToolHostService.method.applyServer, { name: 'witness', kind: 'mcp-http', url: witnessUrl });
    await waitFor('the tools of the witness', async () => {
      const { tools } = await rpc.call(ToolHostService.method.listTools, { tenant });
      return tools.some(({ name }) => name === 'witness_irr');
    });
    const apply = (definition: JsonObject) => rpc.call(RouterService.method.applyAgent, { tenant, definition });
    await apply({ name: TICKER, instructions: 'Tick.', model: { backend: 'program' }, memory: { recall: false } });
    await apply(agent(kinds, 'queue', false));
    // An agent can be named once it is there.
    for (const policy of policies) await apply(agent(kinds, policy, kinds.has('child')));
    await apply({ ...agent(kinds, 'queue', kinds.has('child')), name: FRUGAL });
    const scopes = ['read', 'run', 'admin'];
    return (await rpc.call(RouterService.method.createKey, { tenant, name: 'chaos', scopes })).secret;
  } finally {
    await bus.close();
  }
}

function agent(kinds: ReadonlySet<ProgramCall['do']>, policy: Policy, withChildren: boolean): JsonObject {
  const own = [...(kinds.has('sleep') ? ['sleep'] : []), ...(kinds.has('ask') ? ['ask_user'] : [])];
  return {
    name: agentOf(policy),
    concurrency: policy,
    instructions: 'Do what the program says.',
    tools: ['witness_pure', 'witness_idem', 'witness_irr', 'witness_slow', 'witness_gate', ...own],
    model: { backend: 'program' },
    memory: { recall: false },
    // What a limited run sets aside for a turn is little then.
    parameters: { max_output_tokens: 200 },
    ...(kinds.has('gate') ? { approvals: { tools: ['witness_gate'] } } : {}),
    ...(withChildren ? { agents: [AGENT] } : {}),
  };
}
