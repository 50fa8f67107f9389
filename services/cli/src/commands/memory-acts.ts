import type { Command } from 'commander';
import {
  CorrectReplySchema,
  ErasureReceiptSchema,
  MemoryActSchema,
  MemorySchema,
  SplitReplySchema,
  SwitchyardError,
  toWire,
  type CorrectReply,
  type ErasureReceipt,
  type MemoryAct,
} from '@switchyard/contracts';
import { filled, moment } from '../arguments.js';
import { action, type CliContext } from '../cli-context.js';
import { count } from '../output/format.js';
import { dim } from '../output/style.js';
import { scopeOf, withScope, type ScopeFlags } from './memory-scope.js';

interface Reason {
  reason?: string;
}

export function addMemoryActs(memory: Command): void {
  withReason(memory.command('correct').description('Put another statement in the place of one'))
    .argument('<id>')
    .argument('<text>')
    .option('--valid-from <moment>', 'since when the new one is true; now where absent', moment)
    .action(
      action(async (context, id: string, text: string, flags: Reason & { validFrom?: Date }) => {
        printCorrection(context, await (await context.client()).memories.correct(id, text, flags));
      }),
    );
  withReason(memory.command('merge').description('Put one statement in the place of several'))
    .argument('<ids...>')
    .requiredOption('--text <text>', 'the statement', filled)
    .action(
      action(async (context, ids: string[], { text, ...flags }: Reason & { text: string }) => {
        printCorrection(context, await (await context.client()).memories.merge(ids, text, flags));
      }),
    );
  withReason(memory.command('split').description('Put several statements in the place of one'))
    .argument('<id>')
    .argument('<texts...>')
    .action(
      action(async (context, id: string, texts: string[], flags: Reason) => {
        const reply = await (await context.client()).memories.split(id, texts, flags);
        context.print(
          toWire(SplitReplySchema, reply, { complete: true }),
          () => `${id} is superseded by ${reply.memories.map((made) => made.id).join(', ')}${actNote(reply.act)}`,
        );
      }),
    );
  withReason(memory.command('retract').description('Take memories out of every answer, with what rests on them alone'))
    .argument('<ids...>', 'of memories, or the act of an import: all that it stored')
    .action(
      action(async (context, ids: string[], flags: Reason) => {
        printAct(context, await (await context.client()).memories.retract(whatToRetract(ids), flags), 'retracted');
      }),
    );
  withReason(memory.command('demote').description('Take out of every answer what was measured to do harm'))
    .argument('<ids...>')
    .action(
      action(async (context, ids: string[], flags: Reason) => {
        printAct(context, await (await context.client()).memories.demote(ids, flags), 'demoted');
      }),
    );
  withReason(memory.command('restore').description('Take back what was done to memories'))
    .argument('<act>')
    .action(
      action(async (context, act: string, flags: Reason) => {
        printAct(context, await (await context.client()).memories.restore(act, flags), 'as before');
      }),
    );
  addDeletions(memory);
}

function addDeletions(memory: Command): void {
  memory
    .command('forget')
    .description('Delete a memory for good')
    .argument('<id>')
    .action(
      action(async (context, id: string) => {
        const gone = await (await context.client()).memories.forget(id);
        context.print(toWire(MemorySchema, gone, { complete: true }), () => `${id} is forgotten`);
      }),
    );
  withReason(
    withScope(
      memory
        .command('erase')
        .description('Delete memories, or all of a scope, and all that was made of them, for good'),
    ),
  )
    .argument('[ids...]')
    .action(
      action(async (context, ids: string[], flags: ScopeFlags & Reason) => {
        const receipt = await (await context.client()).memories.erase(whatToErase(ids, flags), flags);
        context.print(toWire(ErasureReceiptSchema, receipt, { complete: true }), () => receiptText(receipt));
      }),
    );
}

function withReason(command: Command): Command {
  return command.option('--reason <text>', 'why, for the record', filled);
}

/** @throws SwitchyardError `usage.invalid` where an act is named with anything else: which of it went would be hard to say */
function whatToRetract(ids: readonly string[]) {
  const act = ids.find((id) => id.startsWith('act_'));
  if (act === undefined) return ids;
  if (ids.length === 1) return { act };
  throw new SwitchyardError(
    'usage.invalid',
    `${act} is an act. Retract an import by its act alone, and memories by their ids in a command of their own.`,
  );
}

/** @throws SwitchyardError `usage.invalid` where nothing is named, or two things are: it cannot be taken back */
function whatToErase(ids: readonly string[], flags: ScopeFlags) {
  const scope = scopeOf(flags);
  const isScoped = Object.values(scope).some(Boolean);
  if (ids.length > 0 && !isScoped) return { ids };
  if (ids.length === 0 && isScoped) return { scope };
  throw new SwitchyardError(
    'usage.invalid',
    'Say what to erase: either the ids of memories, or a scope with --agent, --user or --thread. See: switchyard memory erase --help',
  );
}

function printCorrection(context: CliContext, reply: CorrectReply): void {
  const old = reply.superseded.map(({ id }) => id).join(', ');
  context.print(
    toWire(CorrectReplySchema, reply, { complete: true }),
    () => `${reply.memory?.id ?? ''} stands in the place of ${old}${actNote(reply.act)}`,
  );
}

function printAct(context: CliContext, act: MemoryAct, became: string): void {
  const kept = act.kept.length === 0 ? '' : `; ${act.kept.length} stay, for other evidence says them`;
  context.print(
    toWire(MemoryActSchema, act, { complete: true }),
    () => `${count(act.changed, act.changed === 1 ? 'memory' : 'memorie')} ${became}${kept}${actNote(act)}`,
  );
}

function actNote(act: MemoryAct | undefined): string {
  return act ? dim(`  (${act.id}; to take it back: switchyard memory restore ${act.id})`) : '';
}

function receiptText({ id, deleted, kept, digest }: ErasureReceipt): string {
  const rows = Object.entries(deleted).map(([what, rows]) => `${rows} ${what}`);
  const stay = kept === 0 ? '' : `; ${kept} stay, for other evidence says them`;
  return `Erased: ${rows.join(', ') || 'nothing'}${stay}\n${dim(`receipt ${id}  sha256 ${digest}`)}`;
}
