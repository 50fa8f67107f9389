import type { JsonObject, JsonValue } from '@switchyard/contracts';
import {
  candidate,
  isObject,
  momentIn,
  recordOf,
  scopeFrom,
  textIn,
  textsIn,
  unreadable,
  type Candidate,
} from './candidate.js';
import { saidIn } from './letta-message.js';

/**
 * A Letta agent file (`.af`), of the present shape (`agents`, `blocks`) and of the first one (one agent with
 * `core_memory`): blocks and archival passages become facts, what users and agents said becomes episodes.
 * https://github.com/letta-ai/agent-file, letta/schemas/agent_file.py in https://github.com/letta-ai/letta
 *
 * @throws SwitchyardError `import.invalid` where it is none of these
 */
export function readLetta(document: JsonValue): Candidate[] {
  if (!isObject(document) || !isLetta(document))
    throw unreadable('It is no agent file of Letta: that has "agents" and "blocks", or "core_memory".');
  const agents = Array.isArray(document['agents']) ? document['agents'].filter(isObject) : [document];
  const blocks = new Map(objectsIn(document, 'blocks').map((block) => [block['id'], block]));
  return agents.flatMap((agent) => [
    ...blocksOf(agent, blocks).map((block) => blockCandidate(agent, block)),
    ...passagesOf(document, agent, agents.length).map((passage, index) => passageCandidate(agent, passage, index)),
    ...objectsIn(agent, 'messages').flatMap((message, index) => messageCandidate(agent, message, index)),
  ]);
}

/** Whether it looks like one. */
export function isLetta(document: JsonValue): boolean {
  if (!isObject(document)) return false;
  return Array.isArray(document['agents']) || Array.isArray(document['core_memory']);
}

/** Of the present shape by their ids, of the first one as they stand. */
function blocksOf(agent: JsonObject, blocks: ReadonlyMap<JsonValue | undefined, JsonObject>): JsonObject[] {
  const ids = Array.isArray(agent['block_ids']) ? agent['block_ids'] : [];
  return [
    ...ids.flatMap((id) => {
      const block = blocks.get(id);
      return block ? [block] : [];
    }),
    ...objectsIn(agent, 'memory_blocks'),
    ...objectsIn(agent, 'core_memory'),
  ].filter((block) => typeof block['value'] !== 'string' || block['value'].trim() !== '');
}

function passagesOf(document: JsonObject, agent: JsonObject, agents: number): JsonObject[] {
  const own = ['passages', 'archival_memory', 'archival_passages'].flatMap((name) => objectsIn(agent, name));
  if (document === agent) return own;
  const shared = objectsIn(document, 'passages').filter(
    (passage) => agents === 1 || passage['agent_id'] === undefined || passage['agent_id'] === agent['id'],
  );
  return [...own, ...shared];
}

function blockCandidate(agent: JsonObject, block: JsonObject): Candidate {
  return candidate(`block ${labelOf(block)}`, () =>
    recordOf({
      id: ownId(agent, 'block', block, labelOf(block)),
      text: textIn(block, 'value'),
      tags: [`block:${labelOf(block)}`.slice(0, 64)],
      scope: scopeFrom({ agent: textIn(agent, 'name') }),
      occurred_at: momentIn(block, 'updated_at') ?? momentIn(block, 'created_at'),
    }),
  );
}

function passageCandidate(agent: JsonObject, passage: JsonObject, index: number): Candidate {
  return candidate(`passage ${index + 1}`, () =>
    recordOf({
      id: ownId(agent, 'passage', passage, String(index)),
      text: textIn(passage, 'text'),
      tags: textsIn(passage, 'tags'),
      scope: scopeFrom({ agent: textIn(agent, 'name') }),
      occurred_at: momentIn(passage, 'created_at'),
    }),
  );
}

/** None where nobody said anything in it: instructions, results of tools, heartbeats. */
function messageCandidate(agent: JsonObject, message: JsonObject, index: number): Candidate[] {
  const text = saidIn(message);
  if (text === '') return [];
  const isUser = message['role'] === 'user';
  return [
    candidate(`message ${index + 1}`, () => {
      const name = textIn(agent, 'name') ?? '';
      return recordOf({
        id: ownId(agent, 'message', message, String(index)),
        kind: 'episode',
        text,
        speaker: isUser ? textIn(message, 'name') || 'user' : name || 'agent',
        conversation: `letta ${name}`.trim().slice(0, 512),
        position: index + 1,
        scope: scopeFrom({ agent: name }),
        occurred_at: momentIn(message, 'created_at'),
      });
    }),
  ];
}

/** Ids are small in these files ("message-0") and the same in all of them: the agent's name tells files apart. */
function ownId(agent: JsonObject, kind: string, thing: JsonObject, place: string): string {
  return ['letta', textIn(agent, 'name') ?? '', kind, textIn(thing, 'id') ?? place].join('/').slice(0, 512);
}

function labelOf(block: JsonObject): string {
  return typeof block['label'] === 'string' ? block['label'] : 'unnamed';
}

function objectsIn(json: JsonObject, name: string): JsonObject[] {
  const value = json[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
}
