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
    .option('--staged', 'keep it as a version that is not the current one, for tasks and rollouts that name it')
    .addHelpText(
      'after',
      `
Examples:
  switchyard agents apply -f examples/accountant.yaml
  switchyard agents apply -f examples/accountant.yaml --staged
  cat agent.json | switchyard agents apply -f -`,
    )
    .action(
      action(async (context, flags: { file: string; staged?: boolean }) => {
        const client = await context.client();
        await context.printEach(await readDefinitions(flags.file), async (definition) => {
          const reply = await (flags.staged ? client.agents.stage(definition) : client.agents.apply(definition));
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
        context.print(wireList(found), () => listText(found, true));
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
        const { stringify } = await import('yaml');
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

/** Versions of one agent tell which of them is current; of many agents, all are. */
function listText(agents: readonly AgentVersion[], areVersions = false): string {
  return table(
    ['AGENT', 'VERSION', ...(areVersions ? ['CURRENT'] : []), 'ADDRESS', 'AGE', 'TOOLS', 'DESCRIPTION'],
    agents.map((agent) => [
      agent.definition?.name ?? '',
      String(agent.number),
      ...(areVersions ? [agent.current ? 'yes' : ''] : []),
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
