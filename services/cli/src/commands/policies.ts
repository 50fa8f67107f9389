import type { Command } from 'commander';
import {
  create,
  didYouMean,
  PolicyListSchema,
  PolicySchema,
  SwitchyardError,
  toWire,
  type Policy,
  type PolicyRule,
} from '@switchyard/contracts';
import { action } from '../cli-context.js';
import { agoOf, count, oneLine } from '../output/format.js';
import { bold, dim, green, harmless, red, yellow } from '../output/style.js';
import { table } from '../output/table.js';
import { readDefinitions } from '../read-definition.js';

/** Rules of a tenant on tool calls. */
export function addPolicies(program: Command): void {
  const policies = program
    .command('policies')
    .description('Rules on tool calls that hold for every agent: allow, ask a person, deny');
  policies
    .command('apply')
    .description('Create or change policies from a YAML or JSON file')
    .requiredOption('-f, --file <file>', 'the policies; "-" reads standard input')
    .addHelpText('after', '\nExample:\n  switchyard policies apply -f payments.yaml')
    .action(
      action(async (context, { file }: { file: string }) => {
        const client = await context.client();
        await context.printEach(await readDefinitions(file), async (definition) => {
          const policy = await client.policies.apply(definition);
          const { name, rules } = policy;
          return { value: wireOf(policy), text: () => `${name} applied, ${count(rules.length, 'rule')}` };
        });
      }),
    );
  policies
    .command('list')
    .description('All policies')
    .addHelpText('after', '\nExample:\n  switchyard policies list')
    .action(
      action(async (context) => {
        const found = await (await context.client()).policies.list();
        context.print(
          toWire(PolicyListSchema, create(PolicyListSchema, { policies: found }), { complete: true })['policies'],
          () => listText(found),
        );
      }),
    );
  policies
    .command('show')
    .description('One policy with its rules, in the order in which they are looked at')
    .argument('<policy>')
    .addHelpText('after', '\nExample:\n  switchyard policies show payments')
    .action(
      action(async (context, name: string) => {
        const found = await (await context.client()).policies.list();
        const policy = found.find((candidate) => candidate.name === name);
        if (!policy) throw notFound(name, found);
        context.print(wireOf(policy), () => showText(policy));
      }),
    );
  policies
    .command('remove')
    .description('Let a policy hold no longer')
    .argument('<policy>')
    .addHelpText('after', '\nExample:\n  switchyard policies remove payments')
    .action(
      action(async (context, name: string) => {
        await (await context.client()).policies.remove(name);
        context.print({ removed: name }, () => `${name} is removed`);
      }),
    );
}

function wireOf(policy: Policy) {
  return toWire(PolicySchema, policy, { complete: true });
}

function listText(found: readonly Policy[]): string {
  if (found.length === 0) return 'There are no policies. What agents and tools themselves say holds.';
  return table(
    ['POLICY', 'RULES', 'CHANGED', 'BY', 'WHAT'],
    found.map(({ name, rules, updatedAt, updatedBy, description }) => [
      name,
      String(rules.length),
      `${agoOf(updatedAt)} ago`,
      harmless(updatedBy),
      harmless(oneLine(description, 60)),
    ]),
  );
}

function showText({ name, description, rules }: Policy): string {
  return [
    `${bold(name)}  ${harmless(description)}`,
    ...rules.map((rule, index) => `${index + 1}. ${ruleText(rule)}`),
  ].join('\n');
}

function ruleText({ decision, tools, effects, when, reason }: PolicyRule): string {
  const colour = decision === 'deny' ? red : decision === 'ask' ? yellow : green;
  const what = tools.length === 0 ? 'all tools' : harmless(tools.join(', '));
  return [
    `${colour(decision)} ${what}`,
    effects.length > 0 ? `that are ${effects.join(' or ')}` : '',
    when === '' ? '' : `when ${harmless(when)}`,
    reason === '' ? '' : dim(harmless(reason)),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function notFound(name: string, found: readonly Policy[]): SwitchyardError {
  const known = found.map((policy) => policy.name);
  return new SwitchyardError('policy.not_found', `There is no policy "${name}".${didYouMean(name, known)}`);
}
