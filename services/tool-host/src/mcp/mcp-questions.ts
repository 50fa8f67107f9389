import type { ElicitRequestParams, ElicitResult, InputRequests, InputResponses } from '@modelcontextprotocol/client';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';
import { unusableSchema } from '@switchyard/models';
import type { Answer, Question } from '../tools/call-input.js';
import { cutUtf8 } from '../tools/output-limit.js';

/** A question is read by a person: a screenful is enough. */
const MAX_MESSAGE_BYTES = 4_096;
const MAX_SCHEMA_BYTES = 65_536;
const MAX_QUESTIONS = 16;

/**
 * What a server asks in one round, as questions to a person. Only people are asked: sampling and roots are deprecated
 * (specification 2026-07-28, SEP-2577).
 *
 * @throws SwitchyardError `tool.input_refused`
 */
export function questionsOf(server: string, requests: InputRequests): Question[] {
  const entries = Object.entries(requests);
  if (entries.length > MAX_QUESTIONS) throw refused(server, `it asks ${entries.length} questions at once`);
  return entries.map(([id, request]) => {
    if (request.method !== 'elicitation/create')
      throw refused(server, `it asks for ${request.method}, which is not offered`);
    return questionOf(server, id, request.params);
  });
}

/** @throws SwitchyardError `tool.input_refused` */
export function questionOf(server: string, id: string, params: ElicitRequestParams): Question {
  const message = cutUtf8(params.message, MAX_MESSAGE_BYTES);
  if (params.mode === 'url') {
    const url = URL.canParse(params.url) ? new URL(params.url) : undefined;
    if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
      throw refused(server, 'it sends a person to what is no http or https address');
    return { id, message, url: url.href };
  }
  const text = JSON.stringify(params.requestedSchema);
  if (Buffer.byteLength(text) > MAX_SCHEMA_BYTES)
    throw refused(server, 'the form that it asks to be filled in is too large');
  const schema = JSON.parse(text) as JsonObject;
  const why = unusableSchema(schema);
  if (why !== undefined) throw refused(server, `the form that it asks to be filled in cannot be used: ${why}`);
  return { id, message, schema };
}

export function responsesOf(answers: readonly Answer[]): InputResponses {
  return Object.fromEntries(answers.map((answer) => [answer.id, elicited(answer)]));
}

export function elicited({ action, content }: Answer): ElicitResult {
  if (action !== 'accept' || content === undefined) return { action };
  // Checked against the question's schema, which allows plain values alone.
  return { action, content: content as NonNullable<ElicitResult['content']> };
}

function refused(server: string, why: string): SwitchyardError {
  return new SwitchyardError(
    'tool.input_refused',
    `The tool server "${server}" asked for input and was refused: ${why}.`,
    {
      details: { server },
    },
  );
}
