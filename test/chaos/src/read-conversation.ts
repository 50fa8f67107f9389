import { answerTo, doneLine, programIn, type Program, type ProgramCall } from './program.js';

export interface ChatMessage {
  role: string;
  content: string | null;
  tool_calls?: { id: string }[];
}

/** What a model makes of the conversation that it is given: where in which program it stands. */
export interface Conversation {
  program: Program;
  /** Turns that were answered with calls. */
  turn: number;
  done: { step: string; result: string }[];
  /** What was said to the run while it went on. */
  heard: string[];
}

export function readConversation(messages: readonly ChatMessage[]): Conversation {
  const said = messages.flatMap(linesOf);
  const { program, at } = currentProgram(said);
  const later = said.slice(at + 1);
  const turn = later.filter(hasCalls).length;
  const results = later.filter(({ role }) => role === 'tool').map(({ content }) => withoutMark(content ?? ''));
  const calls = program.turns.slice(0, turn).flat();
  if (results.length !== calls.length)
    throw new Error(`${program.id}: ${results.length} results for ${calls.length} calls in the conversation`);
  const done = calls.map((call, index) => ({ step: call.step, result: understood(call, results[index] ?? '') }));
  const heard = later.filter(({ role }) => role === 'user').map(({ content }) => heardIn(content ?? ''));
  return { program, turn, done, heard };
}

/** What tools of servers give is shown in a mark, as from outside. */
function withoutMark(content: string): string {
  return /^<untrusted>\n([^]*)\n<\/untrusted>$/.exec(content)?.[1] ?? content;
}

/** What is said at once comes in one message; each of it is one line. */
function linesOf(message: ChatMessage): ChatMessage[] {
  if (message.role !== 'user') return [message];
  const lines = (message.content ?? '').split('\n').filter((line) => line.trim() !== '');
  return lines.map((content) => ({ role: 'user', content }));
}

/**
 * The last program that was not said into another one. What stands before it is what the thread said earlier: programs and
 * their answers. One that joins (policy `steer`) is a program of its own where the last one was answered before.
 */
function currentProgram(said: readonly ChatMessage[]): { program: Program; at: number } {
  let current: { program: Program; at: number } | undefined;
  for (const [at, { role, content }] of said.entries()) {
    const program = role === 'user' ? programIn(content ?? '') : undefined;
    if (!program) continue;
    const before = said[at - 1];
    const isAnswered = before?.role === 'assistant' && !hasCalls(before);
    if (!current || program.joins !== true || isAnswered) current = { program, at };
  }
  if (!current) throw new Error('no program in the conversation');
  return current;
}

function hasCalls({ role, tool_calls }: ChatMessage): boolean {
  return role === 'assistant' && (tool_calls?.length ?? 0) > 0;
}

/** Of a program that joined, its id is enough. */
function heardIn(line: string): string {
  return programIn(line)?.id ?? line;
}

/** A result in the words of `expectedResult`; what is not understood stays as it is. */
function understood(call: ProgramCall, content: string): string {
  if (call.do === 'sleep' && /slept/i.test(content)) return 'slept';
  if (call.do === 'ask' && content.includes(answerTo(call.step))) return answerTo(call.step);
  if (call.do === 'child' && content.startsWith(doneLine(call.program.id))) return doneLine(call.program.id);
  return content.split('\n')[0] ?? '';
}
