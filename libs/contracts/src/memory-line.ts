import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { Memory } from './gen/switchyard/v1/memory_pb.js';

/**
 * A memory as a model is told it, on one line but for its own line breaks: what it says, with what a reader must know to
 * believe it: when it was said, whether it still holds, and that nobody vouches for it.
 */
export function memoryLine(memory: Memory): string {
  const marks = [
    ...(memory.state === 'superseded' ? [`no longer so${since(memory)}`] : []),
    ...(memory.trust === 'low' ? [`unverified${from(memory)}`] : []),
  ];
  const said =
    memory.kind === 'episode' ? `${[day(memory.occurredAt), memory.speaker].filter(Boolean).join(', ')}: ` : '';
  return `${marks.length > 0 ? `(${marks.join('; ')}) ` : ''}${said}${memory.text.trim()}`;
}

function since({ validTo }: Memory): string {
  return validTo ? ` since ${day(validTo)}` : '';
}

function from({ provenance }: Memory): string {
  const source = provenance?.source ?? '';
  return source === ''
    ? ''
    : `, from ${source === 'web' ? 'a web page' : source === 'import' ? 'an import' : `a ${source}`}`;
}

function day(time: Memory['occurredAt']): string {
  return time ? timestampDate(time).toISOString().slice(0, 10) : '';
}
