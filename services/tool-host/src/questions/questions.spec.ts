import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject, ToolCall } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { CallHost, callOf, effectsDatabase, type EffectsDatabase } from '../calls/call-host.fixture.js';
import { questionsOf } from '../mcp/mcp-questions.js';
import { stdioServer } from '../mcp/mcp-server.fixture.js';
import { checkAnswers, type GivenAnswer } from './check-answers.js';
import { QuestionsRepository } from './questions.repository.js';

let effects: EffectsDatabase;
let folder: string;
let file: string;
let hosts: CallHost[] = [];
let questions: QuestionsRepository;

beforeAll(async () => {
  effects = await effectsDatabase();
  questions = new QuestionsRepository(effects.dataSource);
}, 180_000);
afterAll(() => effects.drop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tool-host-questions-'));
  file = join(folder, 'orders');
});
afterEach(async () => {
  await Promise.all(hosts.map((host) => host.stop()));
  hosts = [];
  await effects.dataSource.query('DELETE FROM effects.tool_servers');
  await rm(folder, { recursive: true });
});

const startHost = async (...options: string[]): Promise<CallHost> => {
  const host = await new CallHost(effects.dataSource).start();
  hosts.push(host);
  if (hosts.length === 1) await host.servers.apply(stdioServer('fix', {}, ...options));
  await waitFor(() => host.servers.servers()[0]?.connection?.status === 'connected', {
    describe: 'the first connection',
  });
  return host;
};
const asked = (call: ToolCall) => questions.open('default', { runId: '', callId: call.callId, before: '', limit: 10 });
const untilAsked = (call: ToolCall, id: string) =>
  waitFor(async () => (await asked(call))[0]?.questions.some((question) => question.id === id || id === ''), {
    describe: 'the question',
  });
const answer = (call: ToolCall, content: JsonObject, action = 'accept', by = 'user:ada') =>
  questions.answer('default', call.callId, by, (open) => checkAnswers(open, [given({ action, content })]));
const given = (init: Partial<GivenAnswer>): GivenAnswer => ({ id: '', action: '', content: undefined, ...init });
const orders = async () => (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');

describe('a call of a server of the newest revision that asks a person', () => {
  it('waits, is made again with each answer, and takes effect once', async () => {
    const host = await startHost();
    const call = callOf('fix_order', { arguments: { file } });
    expect(await host.calls.perform(call)).toMatchObject({ status: 'unknown', error: { code: 'tool.input_required' } });
    expect(await asked(call)).toMatchObject([{ round: 1, tool: 'fix_order', questions: [{ message: 'Which size?' }] }]);
    // Asked again without an answer, it waits still, and the server is not bothered.
    expect(await host.calls.perform(call)).toMatchObject({ status: 'unknown', repeatedCall: true });

    await answer(call, { size: 'large' });
    expect(await host.calls.perform(call)).toMatchObject({ status: 'unknown' });
    expect(await asked(call)).toMatchObject([{ round: 2, questions: [{ message: 'Is it sure?' }] }]);
    expect(await orders()).toEqual([]);
    await answer(call, { sure: true });
    const done = await host.calls.perform(call);
    expect(done.status).toBe('ok');
    expect(String(done.content[0]?.['text'])).toMatch(/^ordered: .*"size":"large".* {"sure":true}$/);
    expect(String(done.content[0]?.['text'])).toContain('"count":1');
    expect(await host.calls.perform(call)).toMatchObject({ status: 'ok', repeatedCall: true });
    expect(await orders()).toHaveLength(1);
    expect(await asked(call)).toEqual([]);
  });

  it('goes on at another host, whatever the first one lived to see', async () => {
    const [a, b] = [await startHost(), await startHost()];
    const call = callOf('fix_order', { arguments: { file } });
    await a.calls.perform(call);
    await a.vanish();
    await answer(call, { size: 'small' });
    expect(await b.calls.perform(call)).toMatchObject({ status: 'unknown' });
    await answer(call, { sure: true });
    expect(await b.calls.perform(call)).toMatchObject({ status: 'ok' });
    expect(await orders()).toHaveLength(1);
  });

  it('is answered once: the same again changes nothing, another answer is refused with who was first', async () => {
    const host = await startHost();
    const call = callOf('fix_order', { arguments: { file } });
    await host.calls.perform(call);
    const both = await Promise.allSettled([
      answer(call, { size: 'large' }, 'accept', 'user:ada'),
      answer(call, { size: 'small' }, 'accept', 'user:grace'),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = both.find((outcome) => outcome.status === 'rejected');
    expect(refused?.reason).toMatchObject({
      code: 'question.answered',
      message: expect.stringMatching(/user:(ada|grace)/),
    });
    const size = both[0].status === 'fulfilled' ? 'large' : 'small';
    await answer(call, { size });
    await host.calls.perform(call);
    expect((await asked(call))[0]?.round).toBe(2);
  });

  it('is told of a refusal, and of nobody having decided', async () => {
    const host = await startHost();
    for (const action of ['decline', 'cancel']) {
      const call = callOf('fix_order', { arguments: { file } });
      await host.calls.perform(call);
      await answer(call, {}, action);
      expect(await host.calls.perform(call)).toMatchObject({ content: [{ text: `not ordered: ${action}` }] });
    }
  });

  it('cannot be answered once somebody has decided that it is not made, or by another tenant', async () => {
    const host = await startHost();
    const call = callOf('fix_order', { arguments: { file } });
    await host.calls.perform(call);
    const check = () => checkAnswers([], []);
    await expect(questions.answer('other', call.callId, '', check)).rejects.toMatchObject({
      code: 'question.not_found',
    });
    await effects.dataSource.query(`UPDATE effects.calls SET status = 'settled' WHERE call_id = $1`, [call.callId]);
    await expect(answer(call, { size: 'large' })).rejects.toMatchObject({ code: 'question.not_found' });
    expect(await asked(call)).toEqual([]);
  });

  it('that only wants to be asked again is, but not for ever', async () => {
    const host = await startHost();
    const busy = (rounds: number) => host.calls.perform(callOf('fix_busy', { arguments: { rounds } }));
    expect(await busy(3)).toMatchObject({ content: [{ text: 'asked 3 times more' }] });
    expect(await busy(99)).toMatchObject({ status: 'error', error: { code: 'tool.input_required' } });
  });

  it('that asks for a model is refused', async () => {
    const host = await startHost();
    // The server's own library does not even send it to a client that offers none.
    expect(await host.calls.perform(callOf('fix_sample'))).toMatchObject({ status: 'error' });
    const request = { method: 'sampling/createMessage' as const, params: { messages: [], maxTokens: 1 } };
    expect(() => questionsOf('fix', { model: request })).toThrow('sampling/createMessage, which is not offered');
  });
});

describe('a call of a server of 2025 that asks a person', () => {
  it('is held open until there are answers', async () => {
    const host = await startHost('--legacy');
    const call = callOf('fix_order', { arguments: { file } });
    const running = host.calls.perform(call);
    await untilAsked(call, '');
    await answer(call, { size: 'large' });
    await waitFor(async () => (await asked(call))[0]?.round === 2, { describe: 'the second question' });
    await answer(call, { sure: true });
    expect(await running).toMatchObject({ status: 'ok' });
    expect(await orders()).toHaveLength(1);
    await expect(answer(call, { sure: false })).rejects.toMatchObject({ code: 'question.answered' });
  });

  it('and whose host dies is begun anew where it may be, with what was answered already', async () => {
    const [a, b] = [await startHost('--legacy'), await startHost()];
    const call = callOf('fix_order_again', { arguments: { file } });
    const first = a.calls.perform(call);
    await untilAsked(call, '');
    await answer(call, { size: 'large' });
    await waitFor(async () => (await asked(call))[0]?.round === 2, { describe: 'the second question' });
    await a.vanish();
    const second = b.calls.perform(call);
    await waitFor(() => b.running.size > 0 && b.running.find(call.callId), { describe: 'the other host to begin' });
    await answer(call, { sure: true });
    expect(await second).toMatchObject({
      status: 'ok',
      content: [{ text: expect.stringContaining('"size":"large"') }],
    });
    expect(await first).toMatchObject({ status: 'ok' });
  });

  it('while another one is open asks nobody: it might be the other one who is asked', async () => {
    const host = await startHost('--legacy');
    const slow = host.calls.perform(callOf('fix_slow', { arguments: { ms: 1_500 } }));
    const result = await host.calls.perform(callOf('fix_order', { arguments: { file } }));
    expect(result).toMatchObject({ content: [{ text: 'not ordered: cancel' }] });
    expect(await slow).toMatchObject({ status: 'ok' });
  });

  it('is ended by the cancel of its run', async () => {
    const host = await startHost('--legacy');
    const call = callOf('fix_order_again', { arguments: { file } });
    const running = host.calls.perform(call);
    await untilAsked(call, '');
    host.calls.cancel(call.runId);
    expect(await running).toMatchObject({ status: 'error', error: { code: 'run.cancelled' } });
    expect(await asked(call)).toEqual([]);
  });
});

describe('answers', () => {
  const schema = {
    type: 'object',
    properties: { size: { type: 'string', enum: ['s', 'l'] }, count: { type: 'integer', default: 2 } },
    required: ['size'],
  };
  const form = { id: 'form', message: 'Which?', schema };
  const page = { id: 'page', message: 'Go there', url: 'https://example.com/' };

  it('are checked against what was asked, and filled in with its defaults', () => {
    expect(checkAnswers([form], [given({ content: { size: 'l' } })])).toEqual([
      { id: 'form', action: 'accept', content: { size: 'l', count: 2 } },
    ]);
    expect(checkAnswers([form, page], [given({ id: 'page' }), given({ id: 'form', action: 'decline' })])).toEqual([
      { id: 'form', action: 'decline' },
      { id: 'page', action: 'accept' },
    ]);
  });

  it.each([
    [[form], [given({ content: { size: 'xl' } })], /does not fit/],
    [[form], [given({})], /does not fit/],
    [[form], [given({ action: 'perhaps' })], /perhaps/],
    [[form], [given({ id: 'other', content: { size: 's' } })], /"other" is no question/],
    [[form, page], [given({ id: 'page' })], /"form" has no answer/],
    [[page], [given({ id: 'page' }), given({ id: 'page' })], /two answers/],
  ])('that are none are refused', (asked, answers, reason) => {
    const check = () => checkAnswers(asked, answers);
    expect(check).toThrow(expect.objectContaining({ code: 'question.invalid_answer' }));
    expect(check).toThrow(reason);
  });
});
