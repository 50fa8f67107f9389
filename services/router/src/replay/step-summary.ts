import type { RunEvent } from '@switchyard/contracts';
import { isCanonicalMessage, textOf, toolCallsOf } from '@switchyard/models';
import { shorten } from '../shared/shorten.js';

const MAX_CHARACTERS = 200;

/** What an entry says, in a few words. */
export function stepSummary({ body }: RunEvent): string {
  return shorten(wordsOf(body).replace(/\s+/g, ' ').trim(), MAX_CHARACTERS);
}

function wordsOf(body: RunEvent['body']): string {
  switch (body.case) {
    case 'runAccepted': {
      const { agentVersion, backend, fork } = body.value;
      return `${agentVersion.slice(0, 15)} on ${backend}${fork ? `, forked from ${fork.runId} after entry ${fork.seq}` : ''}`;
    }
    case 'inputAppended':
      return `${body.value.source}: ${body.value.messages.map(messageText).join(' ')}`;
    case 'modelTurnCompleted': {
      const { turn, backend, message } = body.value;
      return `turn ${turn} by ${backend}: ${messageText(message ?? {})}`;
    }
    case 'toolCallsRequested':
      return body.value.calls.map(({ tool, callId }) => `${tool} (${callId})`).join(', ');
    case 'toolCallSettled':
      return `${body.value.tool}: ${body.value.result?.status ?? ''} ${body.value.result?.error?.code ?? ''}`;
    case 'approvalRequested':
      return `${body.value.tool} (${body.value.callId})`;
    case 'approvalResolved':
      return `${body.value.decision} by ${body.value.by} (${body.value.callId})`;
    case 'runParked':
      return [body.value.reason, ...body.value.callIds].join(' ');
    case 'runResumed':
      return body.value.cause;
    case 'contextCompacted':
      return `up to entry ${body.value.upToSeq}: ${body.value.tokensBefore} to ${body.value.tokensAfter} tokens`;
    case 'backendSwitched':
      return `${body.value.from} to ${body.value.to}: ${body.value.reason}`;
    case 'childRunStarted':
      return `${body.value.agent}: ${body.value.childRunId}`;
    case 'childRunSettled':
      return `${body.value.childRunId}: ${body.value.status}`;
    case 'budgetReserved':
    case 'budgetSettled':
      return `turn ${body.value.turn}: $${body.value.costUsd}, ${body.value.tokens} tokens`;
    case 'runFailed':
      return `${body.value.error?.code ?? ''}: ${body.value.error?.message ?? ''}`;
    case 'runCancelled':
      return body.value.reason;
    case 'runCompleted':
    case undefined:
      return '';
  }
}

function messageText(value: object): string {
  if (!isCanonicalMessage(value)) return '';
  const calls = toolCallsOf(value).map(({ name }) => `→ ${name}`);
  return [textOf(value), ...calls].filter((part) => part !== '').join(' ');
}
