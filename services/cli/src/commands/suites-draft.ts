import { once } from 'node:events';
import { Option, type Command } from 'commander';
import type { JsonObject } from '@switchyard/contracts';
import { filled, positive, share } from '../arguments.js';
import { action } from '../cli-context.js';
import { draftCases } from '../evaluation/draft-cases.js';
import { draftText } from '../evaluation/draft-text.js';
import { jsonText } from '../output/style.js';

interface DraftFlags {
  agent: string;
  status?: 'completed' | 'failed';
  taskClass?: string;
  minRating?: number;
  limit: number;
  redact?: string;
  fixtures?: boolean;
}

/** `suites draft` */
export function addDraft(suites: Command): void {
  suites
    .command('draft')
    .description('Cases made of recorded runs, as JSON lines, with personal data and secrets taken out')
    .requiredOption('-a, --agent <name>', 'whose runs', filled)
    .addOption(new Option('--status <status>', 'how they ended (default: completed)').choices(['completed', 'failed']))
    .option('--task-class <class>', 'only of this class of task', filled)
    .option('--min-rating <rating>', 'only runs that people rated this high or higher, 0 to 1', share)
    .option('-l, --limit <n>', 'cases, at most', positive, 50)
    .option('--redact <kinds>', 'secret, iban, card, email, ip, phone, with commas, or "none" (default: all)', filled)
    .option('--fixtures', 'with the answers that their tool calls got, so that the cases act on nothing')
    .addHelpText(
      'after',
      `
Examples:
  switchyard suites draft --agent assistant > cases.jsonl
  switchyard suites draft --agent assistant --min-rating 0.8 --limit 200 --redact email,phone > cases.jsonl
  switchyard suites draft --agent assistant --fixtures > replayed.jsonl
  switchyard suites draft --agent assistant --status failed > failed.jsonl`,
    )
    .action(
      action(async (context, { agent, redact, ...flags }: DraftFlags) => {
        const { suites: client } = await context.client();
        const options = { ...flags, redact: redact?.split(',').map((kind) => kind.trim()) };
        const drafted: JsonObject[] = [];
        const report = await draftCases(client, agent, options, async (made) => {
          if (context.json) drafted.push(made);
          else if (!process.stdout.write(`${jsonText(made)}\n`)) await once(process.stdout, 'drain');
        });
        if (context.json) context.print(drafted, () => '');
        // Standard output is the file of cases.
        process.stderr.write(`${draftText(agent, report, redact?.trim() !== 'none')}\n`);
      }),
    );
}
