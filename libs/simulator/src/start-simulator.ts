import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@switchyard/models';
import type { SimulatedAnswer, SimulatedRequest } from './conversation.js';
import { WireRefusal } from './conversation.js';
import type { WrittenForm } from './dialects/written-form.js';
import { checkedForm, formOfModel, parseForm } from './dialects/written-form.js';
import { heldTools, readHeld, writeHeld } from './dialects/held-to-schema.js';
import { readAsText } from './dialects/read-as-text.js';
import { writeAsText } from './dialects/write-as-text.js';
import { withWrongArguments } from './dialects/wrong-arguments.js';
import { FaultPlan, faultOfModel, parseFault } from './faults.js';
import { httpFault } from './http-faults.js';
import type { Fault, RecordedRequest, ScriptedTurn, Simulator, SimulatorOptions, Snapshot } from './options.js';
import { readBody } from './read-body.js';
import { readSnapshot, SNAPSHOT, snapshotBody } from './snapshot.js';
import type { Pace } from './respond.js';
import { sendError, sendEvents, sendJson, sendWhole } from './respond.js';
import { reply } from './rules/reply.js';
import { served } from './served-window.js';
import { SIMULATOR_MODEL } from './simulator-model.js';
import { countTokens, inputTokens, limitAnswer } from './tokens.js';
import { openaiChatWire } from './wires/openai-chat.js';
import type { ServerWire, WireError } from './wires/wire.js';
import { wireAt } from './wires/wires.js';

/** Starts the simulator on the loopback interface. Rejects if the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulation = new Simulation(options);
  const server = createServer((request, response) => void simulation.handle(request, response));
  const host = options.host ?? '127.0.0.1';
  const port = await listen(server, options.port ?? 0, host);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    requests: simulation.requests,
    setFault: (fault) => simulation.faults.set(fault),
    setForm: (form) => void (simulation.form = checkedForm(form)),
    setSnapshot: (snapshot) => void (simulation.snapshot = snapshot ?? {}),
    enqueue: (...turns) => void simulation.script.push(...turns),
    close: () => close(server),
  };
}

class Simulation {
  readonly requests: RecordedRequest[] = [];
  readonly script: ScriptedTurn[];
  readonly faults: FaultPlan;
  form: WrittenForm | undefined;
  snapshot: Snapshot = {};

  constructor(private readonly options: SimulatorOptions) {
    this.form = checkedForm(options.writes);
    this.script = [...(options.script ?? [])];
    this.faults = new FaultPlan(options.faults ?? [], options.random ?? Math.random);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname.replace(/\/+$/, '');
    const wire = wireAt(path);
    try {
      if (wire !== undefined && request.method === 'POST') return await this.answer(wire, path, request, response);
      if (path === SNAPSHOT && request.method === 'POST') {
        this.snapshot = readSnapshot(await readBody(request));
        return sendJson(response, 200, snapshotBody(this.snapshot));
      }
      this.record(request, path, undefined);
      if (path === '/v1/models') return sendJson(response, 200, models());
      if (path === '' || path === '/health') return sendJson(response, 200, { status: 'ok', what: WHAT });
      const message = `Unknown request URL: ${request.method} ${path}.`;
      throw new WireRefusal(404, 'invalid_request_error', message, 'unknown_url');
    } catch (error) {
      // Whatever goes wrong in a rule is this server's failure, and is answered as one.
      if (response.headersSent) return void response.destroy();
      const refused =
        error instanceof WireRefusal
          ? error
          : new WireRefusal(500, 'server_error', `The simulator failed: ${String(error)}`);
      sendError(response, wire ?? openaiChatWire, refused);
    }
  }

  private async answer(
    wire: ServerWire,
    path: string,
    incoming: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const body = await readBody(incoming);
    this.record(incoming, path, body);
    const asked = wire.read(body, path);
    const form = this.formFor(incoming, asked);
    const held = heldTools(body);
    const turn = this.script.shift();
    const fault = this.faultFor(incoming, asked, turn);
    if (fault?.fault === 'hang') return;

    const { request: prompt, window, silent } = served(asked, fault, this.options.contextWindow ?? 128_000);
    const failure = silent ? undefined : httpFault(fault, wire, inputTokens(prompt), window);
    const pace = this.pace(fault, gone.signal);
    if (failure !== undefined) return this.refuse(response, wire, failure, turn);

    const told = form === undefined ? prompt : readAsText(prompt, form);
    const request = held === undefined ? told : readHeld(prompt, held);
    const meant = turn === undefined || isOnlyFault(turn) ? reply(request) : scripted(turn);
    const full = written(request, meant, held === undefined ? form : 'held', fault);
    const answer = fault?.fault === 'length' ? cutInHalf(full) : limitAnswer(full, request.maxOutputTokens);
    const { model = SIMULATOR_MODEL, templateTokens = 0 } = this.snapshot;
    const tokens = countTokens(request, answer);
    const writing = {
      request,
      answer,
      tokens: { ...tokens, input: tokens.input + templateTokens },
      model,
      quirk: fault,
    };
    if (request.stream) await sendEvents(response, wire.events(writing), pace, fault, wire);
    else await sendWhole(response, wire.whole(writing), pace, fault);
  }

  /** A scripted answer that was refused because of its request's length comes with the next request. */
  private refuse(response: ServerResponse, wire: ServerWire, failure: WireError, turn: ScriptedTurn | undefined): void {
    if (turn !== undefined && !isOnlyFault(turn) && turn.fault === undefined) this.script.unshift(turn);
    sendError(response, wire, failure);
  }

  /** The nearest word counts: the request's header, its model id, the script, then what was set. */
  private faultFor(
    incoming: IncomingMessage,
    request: SimulatedRequest,
    turn: ScriptedTurn | undefined,
  ): Fault | undefined {
    const header = incoming.headers['x-simulator-fault'];
    const asked = typeof header === 'string' ? parseFault(header) : undefined;
    const near = asked ?? faultOfModel(request.model) ?? turn?.fault;
    if (near === undefined) return this.faults.next();
    return this.faults.hits(near) ? near : undefined;
  }

  /** How the answer is put down: in fields, or as text. The nearest word counts here too. */
  private formFor(incoming: IncomingMessage, request: SimulatedRequest): WrittenForm | undefined {
    const header = incoming.headers['x-simulator-dialect'];
    const asked = typeof header === 'string' ? parseForm(header) : undefined;
    return asked ?? formOfModel(request.model) ?? this.form;
  }

  private pace(fault: Fault | undefined, signal: AbortSignal): Pace {
    const delay = fault?.fault === 'slow' ? (fault.delayMs ?? 1_000) : 0;
    return {
      latencyMs: (this.options.latencyMs ?? 0) + delay,
      chunkDelayMs: (this.options.chunkDelayMs ?? 0) + delay,
      signal,
    };
  }

  private record(request: IncomingMessage, path: string, body: unknown): void {
    const limit = this.options.recordLimit ?? 1_000;
    if (limit === 0) return;
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined) headers[name] = SECRET_HEADERS.has(name) ? '[redacted]' : String(value);
    }
    this.requests.push({ method: request.method ?? '', path, headers, body });
    if (this.requests.length > limit) this.requests.splice(0, this.requests.length - limit);
  }
}

const SECRET_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'x-api-key',
  'x-goog-api-key',
  'x-amz-security-token',
  'cookie',
]);

const WHAT = 'Switchyard simulator: it answers by rule, no language model is behind it.';

function models(): JsonObject {
  return { object: 'list', data: [{ id: SIMULATOR_MODEL, object: 'model', created: 0, owned_by: 'switchyard' }] };
}

function isOnlyFault(turn: ScriptedTurn): boolean {
  return turn.text === undefined && turn.calls === undefined && turn.reasoning === undefined;
}

function scripted(turn: ScriptedTurn): SimulatedAnswer {
  const calls = (turn.calls ?? []).map((call) => ({
    id: randomUUID().replaceAll('-', ''),
    name: call.name,
    // A script is written by hand: whatever is in it goes through JSON, as it will on the wire.
    arguments: JSON.parse(JSON.stringify(call.arguments)) as JsonObject,
  }));
  return {
    reasoning: turn.reasoning ?? '',
    text: turn.text ?? '',
    calls,
    finish: calls.length > 0 ? 'tool_calls' : 'stop',
  };
}

function written(
  request: SimulatedRequest,
  answer: SimulatedAnswer,
  form: WrittenForm | 'held' | undefined,
  fault: Fault | undefined,
): SimulatedAnswer {
  const calls =
    fault?.fault === 'schema-fault'
      ? answer.calls.map((call) => withWrongArguments(call, request.tools))
      : answer.calls;
  if (form === 'held') return writeHeld({ ...answer, calls }, fault);
  return form === undefined ? { ...answer, calls } : writeAsText({ ...answer, calls }, request, form, fault);
}

function cutInHalf(answer: SimulatedAnswer): SimulatedAnswer {
  return { ...answer, text: answer.text.slice(0, Math.ceil(answer.text.length / 2)), finish: 'length' };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
  });
  server.closeAllConnections();
  await closed;
}
