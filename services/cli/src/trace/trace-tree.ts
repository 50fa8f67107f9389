import { fromValue, timestampMs, type RunEvent } from '@switchyard/contracts';
import { notAsked, withLess } from '../output/not-asked.js';

/** One line of a trace: what was done, when, for how long, and what it took. */
export interface TraceNode {
  name: string;
  /** ms after the run was accepted. */
  startMs: number;
  durationMs: number | undefined;
  note: string;
  status: 'ok' | 'error' | 'open';
  tokens?: { input: number; output: number };
  costUsd?: number;
  children: TraceNode[];
}

/** The tree of a run, read off its journal: it is there for as long as the run is, with or without a trace collector. */
export function traceTree(events: readonly RunEvent[]): TraceNode | undefined {
  const [first] = events;
  if (!first?.time) return undefined;
  const origin = timestampMs(first.time);
  const root: TraceNode = {
    name: `run ${first.runId}`,
    startMs: 0,
    durationMs: undefined,
    note: '',
    status: 'open',
    children: [],
  };
  const calls = new Map<string, TraceNode>();
  for (const event of events) addEvent(root, calls, event, origin);
  return root;
}

function addEvent(root: TraceNode, calls: Map<string, TraceNode>, event: RunEvent, origin: number): void {
  const at = event.time ? timestampMs(event.time) - origin : 0;
  const { body } = event;
  switch (body.case) {
    case 'runAccepted':
      root.note = `${event.agent} ${short(body.value.agentVersion)} on ${body.value.backend}`;
      root.children.push(leaf('accept', 0, undefined, body.value.routingReason));
      return;
    case 'inputAppended':
      if (body.value.source === 'fork') return;
      if (body.value.error) {
        root.children.push({ ...leaf(notAsked(body.value), at), status: 'error' });
        return;
      }
      root.children.push(
        leaf(
          `input from ${body.value.source}`,
          at,
          undefined,
          `${body.value.references.length} found${withLess(body.value)}`,
        ),
      );
      return;
    case 'modelTurnCompleted': {
      const turn = body.value;
      const start = turn.startedAt ? timestampMs(turn.startedAt) - origin : at - turn.durationMs;
      const first = turn.firstTokenMs > 0 ? `, first token ${Math.round(turn.firstTokenMs)} ms` : '';
      root.children.push({
        ...leaf(`chat ${turn.model}`, start, turn.durationMs, `turn ${turn.turn}, ${turn.finishReason}${first}`),
        tokens: { input: turn.usage?.inputTokens ?? 0, output: turn.usage?.outputTokens ?? 0 },
        costUsd: turn.costUsd,
      });
      return;
    }
    case 'toolCallsRequested':
      for (const call of body.value.calls) {
        const node: TraceNode = {
          ...leaf(`execute_tool ${call.tool}`, at, undefined, JSON.stringify(call.arguments ?? {})),
          status: 'open',
        };
        calls.set(call.callId, node);
        (root.children.at(-1) ?? root).children.push(node);
      }
      return;
    case 'toolCallSettled': {
      const result = body.value.result;
      const node = result && calls.get(result.callId);
      if (!node || !result) return;
      if (result.startedAt) node.startMs = timestampMs(result.startedAt) - origin;
      node.durationMs = result.durationMs;
      node.status = result.status === 'ok' ? 'ok' : 'error';
      if (result.error) node.note += ` → ${result.error.code}`;
      return;
    }
    case 'runParked':
      root.children.push(leaf(`parked for ${body.value.reason}`, at));
      return;
    case 'runResumed':
      root.children.push(leaf(`resumed: ${body.value.cause}`, at));
      return;
    case 'backendSwitched':
      root.children.push(leaf(`switched ${body.value.from} → ${body.value.to}`, at, undefined, body.value.reason));
      return;
    case 'contextCompacted':
      root.children.push(
        leaf('compacted the context', at, undefined, `${body.value.tokensBefore} → ${body.value.tokensAfter} tokens`),
      );
      return;
    case 'runCompleted':
      end(root, at, 'ok', oneLineOf(fromValue(body.value.output)), body.value);
      return;
    case 'runFailed':
      end(root, at, 'error', `${body.value.error?.code ?? ''} ${body.value.error?.message ?? ''}`, body.value);
      return;
    case 'runCancelled':
      end(root, at, 'error', `cancelled: ${body.value.reason}`, body.value);
      return;
    default:
      return;
  }
}

interface Totals {
  usage?: { inputTokens: number; outputTokens: number } | undefined;
  costUsd: number;
}

function end(root: TraceNode, at: number, status: 'ok' | 'error', note: string, totals: Totals): void {
  root.durationMs = at;
  root.status = status;
  root.tokens = { input: totals.usage?.inputTokens ?? 0, output: totals.usage?.outputTokens ?? 0 };
  root.costUsd = totals.costUsd;
  root.children.push({ ...leaf('end', at, undefined, note), status });
}

function leaf(name: string, startMs: number, durationMs?: number, note = ''): TraceNode {
  return { name, startMs, durationMs, note, status: 'ok', children: [] };
}

function short(version: string): string {
  return version.replace(/^sha256:/, '').slice(0, 12);
}

function oneLineOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
