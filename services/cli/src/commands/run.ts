import type { Command } from 'commander';
import { fromValue, toWire, RunSchema, type Run, type RunEvent } from '@switchyard/contracts';
import type { SwitchyardClient } from '@switchyard/client';
import { action, type CliContext } from '../cli-context.js';
import { EXIT } from '../exit-codes.js';
import { notAsked, withLess } from '../output/not-asked.js';
import { asText, cost, duration, oneLine } from '../output/format.js';
import { dim, harmless, jsonText, printable, red, yellow } from '../output/style.js';
import { switchText } from '../output/switch-text.js';
import { addTaskOptions, taskOf, type TaskFlags } from '../task-options.js';

interface RunFlags extends TaskFlags {
  quiet?: boolean;
}

export function addRun(program: Command): void {
  addTaskOptions(
    program.command('run').description('Give a task to an agent and watch it: the answer streams to standard output'),
  )
    .option('-q, --quiet', 'the answer only')
    .addHelpText(
      'after',
      `
Exit status: 0 the run completed, 1 it failed or was cancelled.
Ctrl-C cancels the run.

Examples:
  switchyard run "What is 17% of 2340?"
  switchyard run --agent accountant --thread books "And with 19% VAT?"
  switchyard run --agent accountant --agent-version 3 "And with 19% VAT?"
  echo "Summarise notes.txt" | switchyard run -
  switchyard run --json "What time is it in Tokyo?" | jq -r .output`,
    )
    .action(action(run));
}

async function run(context: CliContext, input: string, flags: RunFlags): Promise<void> {
  const client = await context.client();
  const { runId } = await client.tasks.submit(await taskOf(input, flags));
  const final = await follow(client, runId, context, flags.quiet ?? false);
  if (context.json) console.log(jsonText(toWire(RunSchema, final, { complete: true }), 2));
  if (final.status !== 'completed') process.exitCode = EXIT.failed;
}

/** Shows a run as it goes after this entry: the answer on standard output, everything else on standard error. */
export async function follow(
  client: SwitchyardClient,
  runId: string,
  context: CliContext,
  quiet: boolean,
  afterSeq = 0,
): Promise<Run> {
  const printer = new AnswerPrinter(context.json);
  const note = (line: string) => {
    if (quiet || context.json) return;
    printer.endLine();
    process.stderr.write(`${printable(line)}\n`);
  };
  // Before the id is seen: from then on somebody may press Ctrl-C.
  const stopListening = cancelOnInterrupt(client, runId);
  note(dim(runId));
  try {
    for await (const signal of client.runs.events(runId, { afterSeq })) {
      if (signal.type === 'delta') printer.delta(signal.delta.kind, signal.delta.turn, signal.delta.text);
      else describe(signal.event, printer, note);
    }
  } finally {
    stopListening();
  }
  return client.runs.get(runId);
}

/** Writes the answer once: as it streams, or, where no delta was seen, when its turn is journaled. */
class AnswerPrinter {
  #turn = 0;
  #open = false;

  constructor(private readonly silent: boolean) {}

  delta(kind: string, turn: number, text: string): void {
    if (kind === 'reset') return this.endLine();
    if (kind !== 'text') return;
    this.#turn = turn;
    this.#write(text);
  }

  /** The whole text of a turn whose deltas may have been missed. */
  whole(turn: number, text: string): void {
    if (turn !== this.#turn && text !== '') this.#write(text);
    this.#turn = turn;
    this.endLine();
  }

  endLine(): void {
    if (this.#open) this.#write('\n');
    this.#open = false;
  }

  #write(text: string): void {
    if (this.silent || text === '') return;
    process.stdout.write(harmless(text));
    this.#open = !text.endsWith('\n');
  }
}

function describe(event: RunEvent, printer: AnswerPrinter, note: (line: string) => void): void {
  const { body } = event;
  switch (body.case) {
    case 'runAccepted':
      return note(dim(`${event.agent} on ${body.value.backend} (${body.value.routingReason})`));
    case 'inputAppended':
      if (body.value.source === 'user' || body.value.source === 'answer')
        return note(`${yellow('+')} ${harmless(oneLine(body.value.messages.map(textOfMessage).join(' '), 100))}`);
      if (body.value.source === 'fork') return;
      if (body.value.source === 'result')
        return note(yellow('asked again: the answer is not the result that was asked for'));
      return note(
        body.value.error
          ? yellow(notAsked(body.value))
          : dim(`${body.value.references.length} from ${body.value.source}`) + yellow(withLess(body.value)),
      );
    case 'modelTurnCompleted':
      return printer.whole(body.value.turn, textOfMessage(body.value.message));
    case 'toolCallsRequested':
      for (const call of body.value.calls)
        note(
          `${yellow('→')} ${harmless(call.tool)} ${dim(harmless(oneLine(JSON.stringify(call.arguments ?? {}), 100)))}`,
        );
      return;
    case 'toolCallSettled': {
      const result = body.value.result;
      const said = result?.error
        ? red(harmless(`${result.error.code}: ${result.error.message}`))
        : dim(harmless(oneLine(textOfParts(result?.content), 100)));
      return note(`${yellow('←')} ${said} ${dim(duration(result?.durationMs))}`);
    }
    case 'contextCompacted':
      return note(dim(`context compacted: ${body.value.tokensBefore} → ${body.value.tokensAfter} tokens`));
    case 'approvalRequested':
      return note(
        `${yellow('?')} ${harmless(oneLine(body.value.summary, 100))} ${dim(`switchyard approvals approve|deny ${event.runId} ${body.value.callId}`)}`,
      );
    case 'approvalResolved':
      return note(dim(harmless(`${body.value.decision} by ${body.value.by} ${oneLine(body.value.reason, 100)}`)));
    case 'runParked':
      return note(
        dim(
          body.value.reason === 'input'
            ? `waits for an answer: switchyard runs send ${event.runId} "…" --call ${body.value.callIds[0] ?? ''}`
            : `waits for ${body.value.reason}`,
        ),
      );
    case 'backendSwitched':
      return note(yellow(harmless(switchText(body.value))));
    case 'runCompleted':
      return note(
        dim(
          `${duration(body.value.durationMs)}, ${body.value.usage?.inputTokens ?? 0} → ${body.value.usage?.outputTokens ?? 0} tokens, ${cost(body.value.costUsd)}`,
        ),
      );
    case 'runFailed':
      return note(`${red('failed')} ${harmless(body.value.error?.message ?? '')} [${body.value.error?.code ?? ''}]`);
    case 'runCancelled':
      return note(`${yellow('cancelled')} ${harmless(body.value.reason)}`);
    default:
      return;
  }
}

/** The text of a canonical message as the journal holds it. */
function textOfMessage(message: unknown): string {
  return textOfParts((message as { parts?: unknown } | undefined)?.parts);
}

function textOfParts(parts: unknown): string {
  if (!Array.isArray(parts)) return '';
  return parts
    .filter((part): part is { type: 'text'; text: string } => part?.type === 'text' && typeof part.text === 'string')
    .map((part) => part.text)
    .join('');
}

/** The first Ctrl-C cancels the run and goes on watching it end; the second leaves. */
function cancelOnInterrupt(client: SwitchyardClient, runId: string): () => void {
  let asked = false;
  const onInterrupt = () => {
    if (asked) process.exit(EXIT.interrupted);
    asked = true;
    client.runs.cancel(runId, 'interrupted at the terminal').catch((error: unknown) => {
      console.error(harmless(error instanceof Error ? error.message : String(error)));
      process.exit(EXIT.interrupted);
    });
  };
  process.on('SIGINT', onInterrupt);
  return () => process.off('SIGINT', onInterrupt);
}

export function outputText(run: Run): string {
  return harmless(asText(fromValue(run.output)));
}
