import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RouterService, SwitchyardError } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { Viewer } from '../stream/run-stream.fixture.js';
import { EventStream } from '../testing/event-stream.fixture.js';
import { startGateway, type TestGateway } from '../testing/gateway.fixture.js';
import { LiveRun } from '../testing/live-run.fixture.js';

describe('the event stream of a run', () => {
  let gateway: TestGateway;
  let run: LiveRun;
  let count = 0;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());
  beforeEach(async () => {
    run = new LiveRun(gateway.bus, gateway.services, `run_${(count += 1)}`);
    await gateway.services.settled();
  });
  const open = (lastEventId?: number): Promise<EventStream> =>
    EventStream.open(gateway.url, `/v1/runs/${run.id}/events`, lastEventId === undefined ? {} : { lastEventId });

  it('gives the journal, then what happens as it happens, one by one, and ends with the run', async () => {
    const stream = await open();
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
    await stream.until(({ ids }) => ids.length === 1, 'the journal');
    expect(stream.messages[0]).toMatchObject({ event: 'RunAccepted', id: '1' });
    for (const word of ['Hel', 'lo']) {
      run.tell(run.say('text', word));
      const before = stream.messages.length;
      await stream.until(({ messages }) => messages.length > before, `"${word}" by itself`);
      expect(stream.messages.at(-1)).toMatchObject({ event: 'delta', id: undefined });
      expect(JSON.parse(stream.messages.at(-1)?.data ?? '')).toMatchObject({
        kind: 'text',
        text: word,
        turn: 1,
        run_id: run.id,
      });
    }
    run.tell(run.completeTurn());
    run.tell(run.end());
    await stream.until(({ ended }) => ended, 'the end');
    expect(stream.messages.at(-1)).toMatchObject({ event: 'RunCompleted', id: '3' });
    expect(JSON.parse(stream.messages.at(-1)?.data ?? '')).toMatchObject({
      run_id: run.id,
      seq: 3,
      run_completed: { cost_usd: 0 },
    });
    expect(stream.ids).toEqual([1, 2, 3]);
  });

  it('resumed after any event has the rest, and the whole text of the turn in progress', async () => {
    run.completeTurn();
    run.append({ case: 'toolCallsRequested', value: {} });
    run.completeTurn();
    run.say('reasoning', 'Hm. ');
    run.say('text', 'So far');
    for (let position = 0; position <= run.journal.length; position += 1) {
      const viewer = new Viewer();
      viewer.read(run.journal.slice(0, position).map((event) => ({ event })));
      const stream = await open(position);
      await stream.until(
        ({ outputs }) => outputs.some((output) => 'delta' in output && output.delta.kind === 'text'),
        'the text',
      );
      stream.close();
      viewer.read(stream.outputs);
      expect(viewer.seen).toEqual(run.journal.map(({ seq }) => seq));
      expect([viewer.text('reasoning'), viewer.text('text')]).toEqual(['Hm. ', 'So far']);
      const resets = stream.outputs.filter((output) => 'delta' in output && output.delta.kind === 'reset');
      expect(resets).toHaveLength(position === 0 ? 0 : 1);
    }
  });

  it('gives who comes late to an answer of 8 MiB all that was said of it, in parts, and what is said meanwhile', async () => {
    run.charactersAtOnce = 400_000;
    const large = 'Words that go on and on. '.repeat((8 * 1_048_576) / 25);
    run.say('text', large);
    const stream = await open();
    await stream.until(({ messages }) => messages.length > 3, 'the first parts');
    run.tell(run.say('text', 'The end.'));
    const viewer = new Viewer();
    await stream.until(({ outputs }) => {
      const last = outputs.at(-1);
      return last !== undefined && 'delta' in last && last.delta.text.endsWith('The end.');
    }, 'the end of the text');
    viewer.read(stream.outputs);
    expect(viewer.text('text') === `${large}The end.`).toBe(true);
    run.tell(run.end());
    await stream.until(({ ended }) => ended, 'the end');
  });

  it('goes on after Last-Event-ID where after_seq is in the URL too, as a browser that connects again sends both', async () => {
    run.completeTurn();
    run.end();
    const stream = await EventStream.open(gateway.url, `/v1/runs/${run.id}/events?after_seq=1`, { lastEventId: 2 });
    await stream.until(({ ended }) => ended, 'the end');
    expect(stream.ids).toEqual([3]);
  });

  it.each([
    ['?after_seq=9', {}, 'after_seq'],
    ['?after_seq=1', { 'last-event-id': '9' }, 'Last-Event-ID'],
  ])('past the end of the journal is refused, naming what was given: %s %j', async (query, headers, field) => {
    const answer = await gateway.request('GET', `/v1/runs/${run.id}/events${query}`, { headers });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({
      error: { code: 'contract.invalid', message: expect.stringContaining(`${field} 9 is past`), details: { field } },
    });
  });

  it('has no gap where the bus lost events, no double where it repeats them', async () => {
    const stream = await open();
    await stream.until(({ ids }) => ids.length === 1, 'the journal');
    run.completeTurn();
    const repeated = run.append({ case: 'runResumed', value: {} });
    run.tell(repeated);
    run.tell(repeated);
    await stream.until(({ ids }) => ids.length === 3, 'what was lost');
    run.tell(repeated);
    run.tell(run.end());
    await stream.until(({ ended }) => ended, 'the end');
    expect(stream.ids).toEqual([1, 2, 3, 4]);
  });

  it('fills in the text that was lost, from the executor', async () => {
    const stream = await open();
    run.tell(run.say('text', 'one '));
    await stream.until(({ messages }) => messages.length === 2, 'the first word');
    run.say('text', 'two ');
    run.tell(run.say('text', 'three'));
    const viewer = new Viewer();
    await stream.until(
      ({ messages }) =>
        messages
          .map(({ data }) => data)
          .join('')
          .includes('three'),
      'the last word',
    );
    stream.close();
    viewer.read(stream.outputs);
    expect(viewer.text('text')).toBe('one two three');
  });

  it('does not wait for an executor that says nothing', async () => {
    run.executorAnswers = false;
    const stream = await open();
    run.tell(run.say('text', 'Hello'));
    await stream.until(({ messages }) => messages.length === 2, 'the text');
    stream.close();
  });

  it('of a run that ended is its journal, and 204 for who has all of it', async () => {
    run.completeTurn();
    run.end();
    const stream = await open(1);
    await stream.until(({ ended }) => ended, 'the end');
    expect(stream.ids).toEqual([2, 3]);
    expect((await open(3)).response.status).toBe(204);
  });

  it.each([
    ['99', 400, 'contract.invalid'],
    ['x', 400, 'contract.invalid'],
    ['-1', 400, 'contract.invalid'],
  ])('refuses Last-Event-ID %s', async (id, status, code) => {
    const answer = await gateway.request('GET', `/v1/runs/${run.id}/events`, { headers: { 'last-event-id': id } });
    expect([answer.status, answer.json['error']]).toEqual([status, expect.objectContaining({ code })]);
  });

  it('answers HEAD without opening a stream', async () => {
    const answer = await gateway.request('HEAD', `/v1/runs/${run.id}/events`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  });

  it('of an unknown run is 404', async () => {
    const answer = await gateway.request('GET', '/v1/runs/run_unknown/events');
    expect([answer.status, answer.json['error']]).toEqual([404, expect.objectContaining({ code: 'run.not_found' })]);
  });

  it('leaves nothing behind when its client goes', async () => {
    const stream = await open();
    await stream.until(({ ids }) => ids.length === 1, 'the journal');
    const interested = (): Promise<boolean> =>
      gateway.bus.nc.request(gateway.bus.subjects.stream('acme', run.id), '{"run_id":"x"}', { timeout: 200 }).then(
        () => true,
        (error: Error) => error.name !== 'NoResponders' && (error.cause as Error | undefined)?.name !== 'NoResponders',
      );
    expect(await interested()).toBe(true);
    stream.close();
    await waitFor(async () => !(await interested()), { describe: 'nobody to listen' });
  });

  it('drops a reader that does not keep up, says so, and loses it nothing', async () => {
    const socket = await rawRequest(gateway.url, `/v1/runs/${run.id}/events`);
    let received = '';
    socket.on('data', (chunk: Buffer) => (received = (received + chunk.toString('latin1')).slice(-4_096)));
    run.tell(run.say('text', 'Begin.'));
    await waitFor(() => received.includes('Begin.'), { describe: 'the first word' });
    socket.pause();
    const text = 'x'.repeat(65_536);
    for (let said = 0; said < 400; said += 1) {
      run.tell(run.say('text', text));
      await gateway.bus.nc.flush();
    }
    run.tell(run.completeTurn());
    await gateway.bus.nc.flush();
    // Only now is anything read: all that the kernel held, then the gateway's last words.
    socket.resume();
    await waitFor(() => received.includes('stream.slow_reader') || socket.destroyed, {
      describe: 'the last words',
      timeoutMs: 20_000,
    });
    expect(received).toContain('event: error');
    expect(received).toContain('"retryable":true');
    socket.destroy();
    const again = await open(1);
    run.tell(run.end());
    await again.until(({ ended }) => ended, 'the end');
    expect(again.ids).toEqual([2, 3]);
  });

  it('goes on through a journal that cannot be read for a moment', async () => {
    let failures = 2;
    gateway.services.answer(RouterService.method.listEvents, ({ afterSeq }) => {
      if (failures-- > 0) throw new SwitchyardError('database.unavailable', 'A moment.', { retryable: true });
      return { events: run.journal.slice(afterSeq) };
    });
    const stream = await open();
    await stream.until(({ ids }) => ids.length === 1, 'the journal');
    stream.close();
  });

  it('says why when it has to be closed, as an event', async () => {
    gateway.services.answer(RouterService.method.listEvents, () => {
      throw new SwitchyardError('journal.corrupt', 'This run cannot be read.');
    });
    const stream = await open();
    await stream.until(({ ended }) => ended, 'the end');
    expect(stream.messages.at(-1)).toMatchObject({ event: 'error' });
    expect(JSON.parse(stream.messages.at(-1)?.data ?? '')).toMatchObject({
      error: { code: 'journal.corrupt', retryable: false },
    });
  });

  it('does not keep a gateway from stopping', async () => {
    const other = await startGateway();
    const long = new LiveRun(other.bus, other.services, 'run_long');
    await other.services.settled();
    const stream = await EventStream.open(other.url, `/v1/runs/${long.id}/events`);
    await stream.until(({ ids }) => ids.length === 1, 'the journal');
    await other.close();
    await stream.until(({ ended }) => ended, 'the end');
  });
});

/** A client whose reading can be stopped. */
async function rawRequest(base: string, path: string): Promise<Socket> {
  const { hostname, port } = new URL(base);
  const socket = connect({ host: hostname, port: Number(port) });
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer sy_reader\r\n\r\n`);
  return socket;
}
