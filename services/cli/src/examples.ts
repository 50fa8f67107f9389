import type { Command } from 'commander';

/** What is typed, for commands whose help says no more than that. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  'runs show': ['runs show run_01m83t3bs75sprv1ztsnxmss8e', '--json runs show run_01m83t3bs75sprv1ztsnxmss8e'],
  'runs watch': ['runs watch run_01m83t3bs75sprv1ztsnxmss8e'],
  'runs cancel': [
    'runs cancel run_01m83t3bs75sprv1ztsnxmss8e --reason "no longer needed"',
    'runs cancel --thread talk --yes',
  ],
  'agents diff': ['agents diff -f examples/accountant.yaml'],
  'agents list': ['agents list'],
  'agents versions': ['agents versions accountant'],
  'agents show': ['agents show accountant > accountant.yaml'],
  'rollout list': ['rollout list', 'rollout list --agent accountant --status running'],
  'rollout show': ['rollout show rollout_01m8fqvf7pk20c3q12m97jkej5'],
  'rollout share': ['rollout share rollout_01m8fqvf7pk20c3q12m97jkej5 0.25'],
  'rollout promote': ['rollout promote rollout_01m8fqvf7pk20c3q12m97jkej5'],
  'rollout roll-back': ['rollout roll-back rollout_01m8fqvf7pk20c3q12m97jkej5 --reason "answers got shorter"'],
  'rollout stop': ['rollout stop rollout_01m8fqvf7pk20c3q12m97jkej5'],
  'swap list': ['swap list', 'swap list --agent accountant --status refused'],
  'swap show': ['swap show swap_01m8fqvf7pk20c3q12m97jkej5'],
  'swap stop': ['swap stop swap_01m8fqvf7pk20c3q12m97jkej5 --reason "wrong suite"'],
  'swap approve': ['swap approve swap_01m8fqvf7pk20c3q12m97jkej5'],
  'backends list': ['backends list'],
  'backends show': ['backends show simulator'],
  'backends remove': ['backends remove glm'],
  'tools list': ['tools list'],
  'tools show': ['tools show calculator'],
  'tools servers': ['tools servers'],
  'tools remove': ['tools remove github'],
  'secrets list': ['secrets list'],
  'secrets remove': ['secrets remove SHOP_KEY'],
  'memory show': ['memory show mem_01m83t3bs75sprv1ztsnxmss8e'],
  'memory why': ['memory why mem_01m83t3bs75sprv1ztsnxmss8e'],
  'memory correct': ['memory correct mem_01m83t3bs75sprv1ztsnxmss8e "The office is in Basel" --valid-from 2026-10-01'],
  'memory merge': ['memory merge mem_01m83t3bs75sprv1ztsnxmss8e mem_01m83t3bs75sprv1ztsnxmss8f --text "Ada likes tea"'],
  'memory split': ['memory split mem_01m83t3bs75sprv1ztsnxmss8e "Ada likes tea" "Ada likes milk"'],
  'memory retract': [
    'memory retract mem_01m83t3bs75sprv1ztsnxmss8e --reason "never said"',
    'memory retract act_01m83t3bs75sprv1ztsnxmss8e --reason "a poisoned import"',
  ],
  'memory demote': ['memory demote mem_01m83t3bs75sprv1ztsnxmss8e --reason "answers got worse with it"'],
  'memory restore': ['memory restore act_01m83t3bs75sprv1ztsnxmss8e'],
  'memory forget': ['memory forget mem_01m83t3bs75sprv1ztsnxmss8e'],
  'memory erase': ['memory erase mem_01m83t3bs75sprv1ztsnxmss8e', 'memory erase --user ada --reason "asked for"'],
  'memory consolidate': [
    'memory consolidate --agent assistant --user ada',
    'memory consolidate --agent assistant --user ada --by memory-summary',
  ],
  'memory consolidation show': ['memory consolidation show'],
  'memory consolidation set': ['memory consolidation set on'],
  'memory audit': ['memory audit --user ada'],
  'memory status': ['memory status'],
  'memory retention list': ['memory retention list'],
  'memory retention set': ['memory retention set chat --kind episode --max-age 90'],
  'memory retention remove': ['memory retention remove chat'],
  'memory blocks show': ['memory blocks show --thread talk'],
  'memory blocks set': ['memory blocks set "Answer in German." --thread talk'],
  'eval list': ['eval list'],
  'eval show': ['eval show eval_01m83t3bs75sprv1ztsnxmss8e'],
  'eval configurations': [
    'eval configurations --agent assistant',
    'eval configurations --like 0123abcd --but-for backend',
  ],
  'eval judges': ['eval judges', 'eval judges --scorer politeness'],
  'budgets list': ['budgets list'],
  'budgets remove': ['budgets remove --agent researcher'],
  'schedules list': ['schedules list', '--json schedules list'],
  'schedules show': ['schedules show standup'],
  'schedules pause': ['schedules pause standup'],
  'schedules resume': ['schedules resume standup'],
  'schedules remove': ['schedules remove standup'],
  'keys list': ['keys list'],
  'keys revoke': ['keys revoke key_01m83t3bs75sprv1ztsnxmss8e'],
  'dialect list': ['dialect list'],
  version: ['version', '--json version'],
};

/** Adds its example to every command that has none of its own. */
export function addExamples(program: Command): void {
  for (const command of leavesOf(program)) {
    const lines = EXAMPLES[pathOf(command)];
    if (!lines) continue;
    const shown = lines.map((line) => `  switchyard ${line}`).join('\n');
    command.addHelpText('after', `\nExample${lines.length > 1 ? 's' : ''}:\n${shown}`);
  }
}

/** The commands that do something: those without others below them. */
export function leavesOf(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}

/** `runs show` */
export function pathOf(command: Command): string {
  const parent = command.parent;
  return parent?.parent ? `${pathOf(parent)} ${command.name()}` : command.name();
}
