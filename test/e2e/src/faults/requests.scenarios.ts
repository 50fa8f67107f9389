import { describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import type { JsonObject } from '@switchyard/contracts';
import { natsOptions } from '@switchyard/testing';
import { rest, switchyard, type RestAnswer, type System } from '../index.js';

/** Exit statuses as `switchyard --help` promises them. */
const EXIT = { failed: 1, usage: 2, notFound: 3, unreachable: 4, forbidden: 5 };
const LIMIT = 262_144;

const BROKEN_YAML = 'name: clerk\ninstructions: |\n  Be brief.\ntools: [calculator\nmodel: {}\n';
const WRONG_AGENT = {
  name: 'a clerk',
  instructions: '',
  limits: { turns: -1, cost_usd: 0 },
  model: { capabilities: ['telepathy'] },
  toolz: ['calculator'],
};
/** Where something is wrong in it, in the words of the answer. */
const WRONG_PATHS = ['toolz', 'name', 'instructions', 'limits.turns', 'limits.cost_usd', 'model.capabilities[0]'];

/** What a user writes wrong, at each place where a user is: REST, the command line, a bus client. */
export function badRequests(system: () => System): void {
  const post = (path: string, body: unknown, headers = {}) => rest(system(), 'POST', path, { body, headers });
  const ask = async (method: string, body: string) => {
    const nats = await connect(natsOptions(system().connection.nats_url));
    try {
      const reply = await nats.request(system().subject(`rpc.${method}`), body, { timeout: 10_000 });
      return { code: reply.headers?.get('Nats-Service-Error-Code'), body: reply.json<JsonObject>() };
    } finally {
      await nats.close();
    }
  };

  describe('an unknown name', () => {
    it.each([
      ['agent', { agent: 'nobody', input: 'x' }, 'agent.not_found', ['"nobody"', 'assistant']],
      [
        'backend',
        { agent: 'assistant', input: 'x', backend: 'nowhere' },
        'backend.not_found',
        ['"nowhere"', 'simulator'],
      ],
    ])('of an %s is refused with its code and the known ones, by REST and RPC', async (_, task, code, words) => {
      const answer = await post('/v1/tasks', task);
      expectError(answer, 404, code, words);
      const reply = await ask('router.submit', JSON.stringify(task));
      expect(reply).toMatchObject({ code, body: { code, message: errorOf(answer)['message'] } });
    });

    it.each([
      [['run', '--agent', 'nobody', 'x'], 'agent.not_found', 'nobody'],
      [['tasks', 'submit', '--agent', 'nobody', 'x'], 'agent.not_found', 'nobody'],
      [['run', '--backend', 'nowhere', 'x'], 'backend.not_found', 'nowhere'],
      [['agents', 'show', 'nobody'], 'agent.not_found', 'nobody'],
      [['backends', 'show', 'nowhere'], 'backend.not_found', 'nowhere'],
      [['runs', 'show', 'run_00000000000000000000000000'], 'run.not_found', 'run_0000'],
      [['trace', 'run_00000000000000000000000000'], 'run.not_found', 'run_0000'],
      [['tools', 'show', 'abacus'], 'tool.not_found', 'abacus'],
      [['tools', 'call', 'abacus'], 'tool.not_found', 'abacus'],
    ])('ends `switchyard %j` with status 3 and %s', async (args, code, name) => {
      const result = await switchyard(system(), args);
      expect(result).toMatchObject({ code: EXIT.notFound });
      expect(result.stdout + result.stderr).toContain(`[${code}]`);
      expect(result.stdout + result.stderr).toContain(name);
    });

    it('of a tool or a backend keeps an agent from being applied, and says where it stands', async () => {
      const tool = await post('/v1/agents', { name: 'clerk', instructions: 'x', tools: ['clock', 'calculater'] });
      expectError(tool, 404, 'tool.not_found', ['tools[1]', '"calculater"', '"calculator"']);
      const backend = await post('/v1/agents', { name: 'clerk', instructions: 'x', model: { backend: 'nowhere' } });
      expectError(backend, 404, 'backend.not_found', ['model.backend', '"nowhere"', 'simulator']);
      expect((await rest(system(), 'GET', '/v1/agents/clerk')).status).toBe(404);
      const byCommand = await switchyard(system(), ['agents', 'apply', '-f', '-'], {
        input: 'name: clerk\ninstructions: x\ntools: [abacus]\n',
      });
      expect(byCommand.code).toBe(EXIT.notFound);
      expect(byCommand.stderr).toContain('tools[0]: there is no tool "abacus"');
    });

    it('of a tool is the result of a call by hand', async () => {
      const answer = await post('/v1/tools/abacus/call', {});
      expect(answer.body).toMatchObject({ status: 'error', error: { code: 'tool.not_found' } });
      expect(JSON.stringify(answer.body)).toContain('abacus');
    });

    it('of a route is told from a thing that is not there', async () => {
      expectError(await rest(system(), 'GET', '/v1/trains'), 404, 'route.not_found', ['/v1/trains']);
    });
  });

  describe('a definition', () => {
    it('in YAML that does not parse is refused with line and column, by REST and at the command line', async () => {
      const answer = await post('/v1/agents', BROKEN_YAML, { 'content-type': 'application/yaml' });
      expectError(answer, 400, 'contract.malformed', ['YAML', 'line 5, column 1']);
      expect(errorOf(answer)['details']).toMatchObject({ line: 5, column: 1 });
      const byCommand = await switchyard(system(), ['agents', 'apply', '-f', '-'], { input: BROKEN_YAML });
      expect(byCommand.code).toBe(EXIT.usage);
      expect(byCommand.stderr).toContain('line 5, column 1');
      expect(byCommand.stderr).toContain('[definition.malformed]');
    });

    it('in JSON that does not parse is refused with line and column', async () => {
      const answer = await post('/v1/agents', '{"name": "clerk",\n  "instructions": }');
      expectError(answer, 400, 'contract.malformed', ['JSON', 'line 2, column 19']);
    });

    it('that fails its schema is refused with every path and reason at once', async () => {
      const answer = await post('/v1/agents', WRONG_AGENT);
      expectError(answer, 400, 'agent.invalid', WRONG_PATHS);
      const { problems } = errorOf(answer)['details'] as { problems: { path: string; reason: string }[] };
      expect(problems.map(({ path }) => path).sort()).toEqual([...WRONG_PATHS].sort());
      for (const { reason } of problems) expect(reason).not.toBe('');
      const byCommand = await switchyard(system(), ['agents', 'apply', '-f', '-'], {
        input: JSON.stringify(WRONG_AGENT),
      });
      expect(byCommand.code).toBe(EXIT.usage);
      for (const path of WRONG_PATHS) expect(byCommand.stderr).toContain(path);
    });

    it('of a backend, a tool server or a suite is held to its schema too', async () => {
      const backend = { name: 'b', base_url: 'ftp://x', api: 'telegraph', model: 'm', api_key_env: 'sk-not a name' };
      const answer = await post('/v1/backends', backend);
      expectError(answer, 400, 'backend.invalid', ['base_url', 'telegraph', 'openai-chat', 'api_key_env']);
      expect(answer.text).not.toContain('sk-not a name');
      const server = { name: 's', kind: 'mcp-telegraph' };
      expectError(await post('/v1/tool-servers', server), 400, 'contract.invalid', ['mcp-telegraph', 'mcp-stdio']);
      const suite = {
        suite: 's',
        agent: 'assistant',
        cases: [{ id: 'one', input: 'x' }],
        scorers: [{ type: 'vibes' }],
      };
      expectError(await post('/v1/evaluations', { suite }), 400, 'suite.invalid', ['vibes']);
    });
  });

  describe('a task', () => {
    it('over the size limit is refused with both sizes, by REST and RPC', async () => {
      const task = { agent: 'assistant', input: 'x'.repeat(LIMIT) };
      const answer = await post('/v1/tasks', task);
      expectError(answer, 413, 'task.too_large', [String(LIMIT), 'SWITCHYARD_TASK_BYTES']);
      expect(errorOf(answer)['details']).toMatchObject({ limit: LIMIT, bytes: JSON.stringify(task).length });
      expect(await ask('router.submit', JSON.stringify(task))).toMatchObject({ code: 'task.too_large' });
      const byCommand = await switchyard(system(), ['run', '-'], { input: task.input });
      expect(byCommand.code).toBe(EXIT.usage);
      expect(byCommand.stderr).toContain('[task.too_large]');
    });

    it('over the limit of a request is refused with the reason, not by a broken connection', async () => {
      const answer = await post('/v1/tasks', { agent: 'assistant', input: 'x'.repeat(3 * 1024 * 1024) });
      expectError(answer, 413, 'task.too_large', []);
    });

    it.each([
      ['an unknown field', { agent: 'assistant', inptu: 'x' }, 'contract.malformed', ['inptu']],
      ['no input', { agent: 'assistant' }, 'contract.invalid', ['input']],
      ['no agent', { input: 'x' }, 'contract.invalid', ['agent']],
      ['a wrong type', { agent: 'assistant', input: 'x', limits: { turns: 'many' } }, 'contract.malformed', ['turns']],
      ['no object', ['assistant', 'x'], 'contract.malformed', ['a list']],
      [
        'a thread with a control character',
        { agent: 'assistant', input: 'x', thread: 'a\u0000b' },
        'contract.invalid',
        ['thread'],
      ],
    ])('with %s is refused', async (_, task, code, words) => {
      expectError(await post('/v1/tasks', task), 400, code, words);
    });
  });

  describe('a key', () => {
    it('that is missing or wrong is refused, and no two answers tell which keys there are', async () => {
      expectError(await rest(system(), 'GET', '/v1/runs', { key: null }), 401, 'key.missing', ['Authorization']);
      const wrong = await rest(system(), 'GET', '/v1/runs', { key: `sy_${'x'.repeat(43)}` });
      expectError(wrong, 401, 'key.invalid', []);
      const nearly = await rest(system(), 'GET', '/v1/runs', { key: `${system().connection.api_key.slice(0, -1)}_` });
      expect(errorOf(nearly)['message']).toBe(errorOf(wrong)['message']);
      expect(await switchyard(system(), ['--api-key', 'sy_wrong', 'runs', 'list'])).toMatchObject({
        code: EXIT.forbidden,
        stderr: expect.stringContaining('[key.invalid]'),
      });
    });

    it('may do what its scope says and nothing else', async () => {
      const made = await post('/v1/keys', { name: 'reader', scopes: ['read'] });
      const key = String(made.body['secret']);
      expect((await rest(system(), 'GET', '/v1/runs', { key })).status).toBe(200);
      const task = { agent: 'assistant', input: 'x' };
      const refused = await rest(system(), 'POST', '/v1/tasks', { key, body: task });
      expectError(refused, 403, 'key.scope', ['"run"', 'read']);
      const admin = await rest(system(), 'POST', '/v1/keys', { key, body: { name: 'more', scopes: ['admin'] } });
      expectError(admin, 403, 'key.scope', ['"admin"']);
      const byCommand = await switchyard(system(), ['--api-key', key, 'run', 'x']);
      expect(byCommand).toMatchObject({ code: EXIT.forbidden, stderr: expect.stringContaining('[key.scope]') });
    });
  });

  it('a system that is not there is said to be not there', async () => {
    const nobody = await switchyard(system(), ['--url', 'http://127.0.0.1:9', '--api-key', 'sy_any', 'runs', 'list']);
    expect(nobody.code).toBe(EXIT.unreachable);
    expect(nobody.stderr).toContain('http://127.0.0.1:9');
  });
}

function errorOf(answer: RestAnswer): JsonObject {
  return answer.body['error'] as JsonObject;
}

function expectError(answer: RestAnswer, status: number, code: string, words: readonly string[]): void {
  expect({ status: answer.status, code: errorOf(answer)?.['code'] }).toEqual({ status, code });
  for (const word of words) expect(errorOf(answer)['message']).toContain(word);
}
