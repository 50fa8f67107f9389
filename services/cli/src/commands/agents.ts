import type { Command } from 'commander';
import {
  AgentDiffSchema,
  AgentListSchema,
  AgentVersionSchema,
  ApplyAgentReplySchema,
  create,
  fromValue,
  toWire,
  type AgentVersion,
  type FieldChange,
} from '@switchyard/contracts';
import { stringify } from 'yaml';
import { action } from '../cli-context.js';
import { agoOf, oneLine } from '../output/format.js';
import { bold, dim, green, harmless, red } from '../output/style.js';
import { table } from '../output/table.js';
import { readDefinition, readDefinitions } from '../read-definition.js';

export function addAgents(program: Command): void {
  const agents = program.command('agents').description('Define agents; every change is a new, immutable version');
  agents
    .command('apply')
    .description('Create or change agents from a YAML or JSON file')
    .requiredOption('-f, --file <file>', 'the definition; "-" reads standard input')
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard agents apply -f examples/accountant.yaml\n  cat agent.json | switchyard agents apply -f -',
    )
    .action(
      action(async (context, flags: { file: string }) => {
        const client = await context.client();
        await context.printEach(await readDefinitions(flags.file), async (definition) => {
          const reply = await client.agents.apply(definition);
          const name = reply.version?.definition?.name ?? '';
          const text = () =>
            [
              `${bold(name)} ${reply.outcome}, version ${reply.version?.number ?? 0} ${dim(reply.version?.version ?? '')}`,
              ...changesText(reply.changes),
            ].join('\n');
          return { value: toWire(ApplyAgentReplySchema, reply, { complete: true }), text };
        });
      }),
    );
  agents
    .command('diff')
    .description('What applying a file would change')
    .requiredOption('-f, --file <file>', 'the definition; "-" reads standard input')
    .action(
      action(async (context, flags: { file: string }) => {
        const diff = await (await context.client()).agents.diff(await readDefinition(flags.file));
        context.print(
          toWire(AgentDiffSchema, diff, { complete: true }),
          () => changesText(diff.changes).join('\n') || 'Nothing would change.',
        );
      }),
    );
  agents
    .command('list')
    .description('All agents')
    .action(
      action(async (context) => {
        const found = await (await context.client()).agents.list();
        context.print(wireList(found), () => listText(found));
      }),
    );
  agents
    .command('versions')
    .description('All versions of an agent, the newest first')
    .argument('<agent>')
    .action(
      action(async (context, name: string) => {
        const found = await (await context.client()).agents.versions(name);
        context.print(wireList(found), () => listText(found));
      }),
    );
  agents
    .command('show')
    .description('An agent as YAML')
    .argument('<agent>')
    .option('-v, --version <version>', 'a number, a content address or its beginning; the current one where absent')
    .action(
      action(async (context, name: string, flags: { version?: string }) => {
        const found = await (await context.client()).agents.get(name, flags.version);
        const wire = toWire(AgentVersionSchema, found);
        context.print(
          wire,
          () =>
            `${dim(`# version ${found.number}, ${found.version}`)}\n${harmless(stringify(wire['definition'])).trimEnd()}`,
        );
      }),
    );
}

function wireList(agents: AgentVersion[]) {
  return toWire(AgentListSchema, create(AgentListSchema, { agents }))['agents'] ?? [];
}

function listText(agents: readonly AgentVersion[]): string {
  return table(
    ['AGENT', 'VERSION', 'ADDRESS', 'AGE', 'TOOLS', 'DESCRIPTION'],
    agents.map((agent) => [
      agent.definition?.name ?? '',
      String(agent.number),
      agent.version.replace('sha256:', '').slice(0, 12),
      agoOf(agent.createdAt),
      String(agent.definition?.tools.length ?? 0),
      harmless(oneLine(agent.definition?.description ?? '', 60)),
    ]),
  );
}

function changesText(changes: readonly FieldChange[]): string[] {
  return changes.flatMap(({ path, before, after }) => [
    ...(before ? [red(`  - ${path}: ${harmless(oneLine(JSON.stringify(fromValue(before)), 100))}`)] : []),
    ...(after ? [green(`  + ${path}: ${harmless(oneLine(JSON.stringify(fromValue(after)), 100))}`)] : []),
  ]);
}
