import { headers, type NatsConnection } from '@nats-io/transport-node';
import { FIRST_ASK, newId } from '@switchyard/contracts';
import { spread, type Spread } from '../statistics.js';

/** Tools of the server that is listed. */
const OPERATIONS = 1_000;
/** What an agent names of them. */
const NAMED = 200;
const PATIENCE_MS = 60_000;

export interface HostFigures {
  /** From the request on the bus to the answer that was read, in ms. */
  listAll: Spread;
  /** Of a registry of a thousand, two hundred by name. */
  listNamed: Spread;
  /** A call of a pure tool that does next to nothing: settled in the ledger before it is answered. */
  call: Spread;
}

/** Asks a running tool host on its bus, one request after the other. */
export async function measureHost(nc: NatsConnection, prefix: string, scale: number): Promise<HostFigures> {
  const ask = async (subject: string, body: object, first = false): Promise<Record<string, unknown>> => {
    const options = first ? firstAsk() : undefined;
    const reply = await nc.request(`${prefix}.${subject}`, JSON.stringify(body), {
      timeout: PATIENCE_MS,
      ...(options ? { headers: options } : {}),
    });
    const answer = reply.json<Record<string, unknown>>();
    return answer;
  };
  const openapi = { document: JSON.stringify(documentOf(OPERATIONS)) };
  const url = 'http://127.0.0.1:9/';
  await ask('rpc.tool-host.apply_server', {
    name: 'big',
    kind: 'openapi',
    openapi: { ...openapi, base_url: url, allow_private: true },
    effects: { '*': 'pure' },
  });
  const listing = (names: readonly string[]) => ask('rpc.tool-host.list_tools', { tenant: 'default', names });
  const all = await untilListed(() => listing(['big.*']));
  const named = all.slice(0, NAMED);
  const list = async (names: readonly string[], count: number): Promise<void> => {
    const { tools } = await listing(names);
    if (!Array.isArray(tools) || tools.length !== count) throw new Error(`Not the ${count} tools that were asked for`);
  };
  const callOnce = async (): Promise<void> => {
    const call = { tenant: 'default', call_id: newId('call'), run_id: '', tool: 'calculator' };
    const { status } = await ask('rpc.tool.default', { ...call, arguments: { expression: '1' } }, true);
    if (status !== 'ok') throw new Error(`The call was answered with ${String(status)}`);
  };
  return {
    listAll: await sample(50 * scale, () => list(['big.*'], OPERATIONS)),
    listNamed: await sample(50 * scale, () => list(named, NAMED)),
    call: await sample(1_000 * scale, callOnce),
  };
}

/** Half as many again come before, so that what runs often is compiled. */
async function sample(count: number, work: () => Promise<void>): Promise<Spread> {
  const times: number[] = [];
  for (let n = 0; n < count * 1.5; n += 1) {
    const began = performance.now();
    await work();
    if (n >= count / 2) times.push(performance.now() - began);
  }
  return spread(times);
}

async function untilListed(listing: () => Promise<Record<string, unknown>>): Promise<string[]> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { tools } = await listing();
    if (Array.isArray(tools) && tools.length === OPERATIONS) return tools.map(({ name }: { name: string }) => name);
    if (Date.now() > deadline) throw new Error(`The tool host does not list ${OPERATIONS} tools`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function documentOf(operations: number): object {
  const paths = Object.fromEntries(
    Array.from({ length: operations }, (_, n) => [
      `/things/${n}/{id}`,
      {
        get: {
          operationId: `readThing${n}`,
          summary: `Reads what is known of thing ${n}, with its parts, owners and prices`,
          parameters: [
            { name: 'id', in: 'path', required: true, schema: { type: 'string' }, description: 'Which of them' },
            { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100 } },
          ],
          responses: { 200: { description: 'As asked for' } },
        },
      },
    ]),
  );
  return { openapi: '3.1.0', info: { title: 'Things', version: '1' }, paths };
}

function firstAsk() {
  const set = headers();
  set.set(FIRST_ASK, '1');
  return set;
}
