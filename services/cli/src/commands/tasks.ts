import type { Command } from 'commander';
import { SubmitReplySchema, toWire } from '@switchyard/contracts';
import { action } from '../cli-context.js';
import { addTaskOptions, taskOf, type TaskFlags } from '../task-options.js';

export function addTasks(program: Command): void {
  const tasks = program.command('tasks').description('Publish tasks');
  addTaskOptions(tasks.command('submit').description('Submit a task and return at once; `runs watch` follows it'))
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard tasks submit "What is 2^10?"\n  switchyard tasks submit --key order-17 --agent accountant "Add 3 and 4"',
    )
    .action(
      action(async (context, input: string, flags: TaskFlags) => {
        const client = await context.client();
        const reply = await client.tasks.submit(await taskOf(input, flags));
        context.print(toWire(SubmitReplySchema, reply, { complete: true }), () =>
          reply.duplicate
            ? `${reply.runId} (this key was known: nothing was started)`
            : reply.joined
              ? `${reply.runId} (joined the run of its thread that is under way)`
              : reply.runId,
        );
      }),
    );
}
