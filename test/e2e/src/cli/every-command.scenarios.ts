import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createProgram } from '@switchyard/cli';
import type { JsonObject } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { runCommand, switchyard, switchyardJson, type System } from '../index.js';

/** A real one, with resources and prompts. */
const MCP_SERVER = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'));
/** Of the protocol, one message gives one. */
const MCP_INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
});
const SUITE = JSON.stringify({
  suite: 'one',
  agent: 'assistant',
  scorers: [{ type: 'contains' }],
  cases: [{ id: 'one', input: 'What is 1 + 1?', expected: '2' }],
});
const SWAP_SUITE = JSON.stringify({
  suite: 'sums',
  agent: 'assistant',
  scorers: [{ type: 'contains' }],
  cases: Array.from({ length: 12 }, (_, n) => ({ id: `case-${n}`, input: `What is ${n} + 1?`, expected: `${n + 1}` })),
});
const OLLAMA_ANSWER =
  '{"model":"m","message":{"role":"assistant","content":"Hello."},"done":true,"done_reason":"stop"}';
const CLASSES = 'agent: assistant\nclasses:\n  - class: sums\n    when: input.contains("+")\n';
const POLICIES = 'name: harmless\nrules:\n  - tools: [nothing]\n    decision: ask\n';
const SCHEDULES = 'name: monthly\ncron: "@monthly"\ntask:\n  agent: assistant\n  input: What is 5 + 5?\n';
const AGENTS = 'name: one\ninstructions: One.\n---\nname: two\ninstructions: Two.\n';

export function everyCommand(system: () => System): void {
  describe('every command', () => {
    let runId: string;
    let evaluationId: string;
    let gatedId: string;
    let swapId: string;
    let memoryId: string;
    let secondMemoryId: string;
    let actId: string;
    let keyId: string;
    let rolloutId: string;
    let simulatorUrl: string;
    const found = join(tmpdir(), `switchyard-probe-${process.pid}.yaml`);
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'switchyard-cases-'));
      const run = await switchyardJson<JsonObject>(system(), ['run', 'What is 2 + 2?']);
      runId = String(run['run_id']);
      const simulator = await switchyardJson<JsonObject>(system(), ['backends', 'show', 'simulator']);
      simulatorUrl = String(simulator['base_url']);
    });
    afterAll(() => Promise.all([found, folder].map((path) => rm(path, { recursive: true, force: true }))));

    /** In the order in which one command makes what the next one needs. */
    const calls: [
      string,
      () => (string | undefined)[],
      { input?: string; code?: number; keep?: (value: never) => void }?,
    ][] = [
      ['doctor', () => []],
      ['version', () => []],
      ['run', () => ['What is 3 + 3?']],
      ['tasks submit', () => ['What is 4 + 4?']],
      ['runs list', () => []],
      ['runs show', () => [runId]],
      ['runs tree', () => [runId]],
      ['runs watch', () => [runId]],
      ['runs switch', () => [runId, 'simulator-anthropic'], { code: 6 }],
      ['runs send', () => [runId, 'And now?'], { code: 6 }],
      ['runs outcome', () => [runId]],
      ['runs explain', () => [runId, '--verify']],
      ['routing show', () => ['assistant']],
      ['suites apply', () => ['-f', '-'], { input: SUITE }],
      ['suites draft', () => ['--agent', 'assistant', '--limit', '2']],
      ['suites list', () => []],
      ['suites show', () => ['one']],
      ['classes apply', () => ['-f', '-'], { input: CLASSES }],
      ['classes list', () => []],
      ['classes test', () => ['--agent', 'assistant', '--text', 'What is 1 + 1?']],
      ['classes reapply', () => []],
      ['classes suggest', () => ['assistant', '--last', '20']],
      ['survival', () => ['--by', 'agent', '--unit', 'runs']],
      ['rollout watch', () => ['rollout_none'], { code: 3 }],
      ['certificates list', () => ['--status', 'in_force']],
      ['certificates show', () => ['cert_none'], { code: 3 }],
      ['certificates revoke', () => ['cert_none', '--reason', 'Wrong.'], { code: 3 }],
      ['certificates verify', () => ['cert_none'], { code: 3 }],
      ['watch add', () => ['simulated', '--backend', 'simulator', '--every', '1h', '--suite', 'one']],
      ['watch list', () => []],
      ['watch show', () => ['simulated']],
      // Its first turn may be running still.
      ['watch remove', () => ['simulated']],
      ['watch run', () => ['simulated'], { code: 3 }],
      ['drift list', () => ['--status', 'open']],
      ['drift show', () => ['drift_none'], { code: 3 }],
      ['drift acknowledge', () => ['drift_none'], { code: 3 }],
      ['feedback give', () => [runId, 'yes', '--comment', 'just right']],
      ['feedback list', () => ['--run', runId]],
      ['runs replay', () => [runId]],
      ['runs fork', () => [runId, '--at', '1', '--watch']],
      ['runs cancel', () => [runId], { code: 6 }],
      ['approvals list', () => []],
      ['approvals show', () => [runId]],
      ['approvals approve', () => [runId, 'call_1'], { code: 6 }],
      ['approvals edit', () => [runId, 'call_1', '--arguments', '{}'], { code: 6 }],
      ['approvals deny', () => [runId], { code: 6 }],
      ['approvals history', () => ['--run', runId]],
      ['policies apply', () => ['-f', '-'], { input: POLICIES }],
      ['policies list', () => []],
      ['policies show', () => ['harmless']],
      ['policies remove', () => ['harmless']],
      ['trace', () => [runId]],
      ['agents apply', () => ['-f', '-'], { input: AGENTS }],
      ['agents diff', () => ['-f', '-'], { input: 'name: one\ninstructions: Another.\n' }],
      ['agents list', () => []],
      ['agents versions', () => ['one']],
      ['agents show', () => ['one']],
      [
        'rollout start',
        () => ['one', '-f', '-', '--share', '0.2', '--guardrail', 'cost:0.1'],
        { input: 'name: one\ninstructions: Another.\n', keep: ({ id }: { id: string }) => (rolloutId = id) },
      ],
      ['rollout list', () => ['--agent', 'one']],
      ['rollout show', () => [rolloutId]],
      ['rollout share', () => [rolloutId, '0.5']],
      ['rollout promote', () => [rolloutId]],
      ['rollout roll-back', () => [rolloutId], { code: 6 }],
      ['rollout stop', () => [rolloutId], { code: 6 }],
      ['backends add', () => ['spare', '--endpoint', 'http://127.0.0.1:9/v1', '--model', 'm']],
      ['backends catalogue', () => ['glm-5.2']],
      ['backends probe', () => [simulatorUrl, '--name', 'spare', '--out', found, '--apply']],
      ['backends check', () => [found]],
      ['backends list', () => []],
      ['backends show', () => ['spare']],
      ['backends remove', () => ['spare']],
      ['tools list', () => []],
      ['tools show', () => ['calculator']],
      ['tools call', () => ['calculator', '{"expression":"1+1"}']],
      ['tools calls', () => ['calculator']],
      ['tools versions', () => ['calculator'], { code: 1 }],
      ['tools diff', () => ['calculator'], { code: 1 }],
      ['tools accept', () => ['calculator'], { code: 1 }],
      ['tools set', () => ['calculator', '--timeout-ms', '4000']],
      ['tools settings', () => []],
      ['tools add', () => ['fixture', '--', process.execPath, MCP_SERVER, 'stdio']],
      ['tools servers', () => []],
      ['tools logs', () => ['fixture']],
      ['tools resources', () => ['fixture', 'demo://resource/static/document/features.md']],
      ['tools prompts', () => ['fixture', 'args-prompt', '{"city":"Oslo"}']],
      ['tools complete', () => ['fixture', 'completable-prompt', 'department', 'E']],
      ['tools login', () => ['fixture'], { code: 1 }],
      ['tools logout', () => ['fixture'], { code: 1 }],
      ['tools remove', () => ['fixture']],
      ['secrets set', () => ['SHOP_KEY', '--for', 'shop'], { input: 'a-key-of-the-shop\n' }],
      ['secrets list', () => []],
      ['secrets rotate', () => []],
      ['secrets remove', () => ['SHOP_KEY']],
      ['effects list', () => []],
      ['effects show', () => ['call_none'], { code: 3 }],
      ['effects retry', () => ['call_none'], { code: 3 }],
      ['effects settle', () => ['call_none', 'Done.'], { code: 3 }],
      ['effects fail', () => ['call_none'], { code: 3 }],
      ['questions list', () => []],
      ['questions show', () => ['call_none'], { code: 3 }],
      ['questions answer', () => ['call_none', '{}'], { code: 3 }],
      ['budgets set', () => ['--agent', 'assistant', '--usd', '5']],
      ['budgets list', () => []],
      ['budgets remove', () => ['--agent', 'assistant']],
      ['schedules add', () => ['yearly', '--cron', '0 0 1 1 *', '--input', 'Happy new year.']],
      ['schedules apply', () => ['-f', '-'], { input: SCHEDULES }],
      ['schedules list', () => []],
      ['schedules show', () => ['monthly']],
      ['schedules pause', () => ['monthly']],
      ['schedules resume', () => ['monthly']],
      ['schedules remove', () => ['monthly']],
      ['memory add', () => ['Something'], { keep: ({ id }: { id: string }) => (memoryId = id) }],
      ['memory search', () => ['Something']],
      ['memory list', () => ['--kind', 'fact', '--since', '2026-01-01']],
      ['memory episodes', () => ['--run', runId]],
      ['memory show', () => [memoryId]],
      [
        'memory correct',
        () => [memoryId, 'Something else'],
        { keep: ({ memory }: { memory: { id: string } }) => (memoryId = memory.id) },
      ],
      ['memory why', () => [memoryId]],
      [
        'memory split',
        () => [memoryId, 'Something else again', 'And another thing'],
        {
          keep: ({ memories }: { memories: { id: string }[] }) =>
            ([memoryId = '', secondMemoryId = ''] = memories.map(({ id }) => id)),
        },
      ],
      [
        'memory merge',
        () => [memoryId, secondMemoryId, '--text', 'All of it'],
        { keep: ({ memory }: { memory: { id: string } }) => (memoryId = memory.id) },
      ],
      ['memory retract', () => [memoryId], { keep: ({ id }: { id: string }) => (actId = id) }],
      ['memory restore', () => [actId, '--reason', 'A mistake']],
      ['memory demote', () => [memoryId, '--reason', 'Answers got worse']],
      ['memory forget', () => [memoryId]],
      ['memory erase', () => ['--user', 'nobody']],
      ['memory export', () => []],
      ['memory import', () => ['-'], { input: '{"text": "Brought from elsewhere"}\n' }],
      ['memory consolidate', () => ['--user', 'nobody']],
      ['memory consolidation set', () => ['on']],
      ['memory consolidation show', () => []],
      ['memory audit', () => []],
      ['memory status', () => []],
      ['memory retention set', () => ['chat', '--kind', 'episode', '--max-age', '90']],
      ['memory retention list', () => []],
      ['memory retention remove', () => ['chat']],
      ['memory blocks set', () => ['Answer in German.', '--thread', 'talk']],
      ['memory blocks show', () => ['--thread', 'talk']],
      ['memory mcp', () => ['--user', 'ada'], { input: `${MCP_INITIALIZE}\n` }],
      ['eval run', () => ['-f', '-'], { input: SUITE, keep: ({ id }: { id: string }) => (evaluationId = id) }],
      ['eval list', () => []],
      ['eval show', () => [evaluationId]],
      ['eval watch', () => [evaluationId]],
      ['eval cancel', () => [evaluationId]],
      [
        'eval gate',
        () => ['-f', '-', '--baseline', 'none'],
        { input: SUITE, keep: ({ evaluation }: { evaluation: { id: string } }) => (gatedId = evaluation.id) },
      ],
      ['eval compare', () => [gatedId, evaluationId]],
      ['eval replay', () => ['assistant', '--runs', runId, '--backend', 'simulator']],
      ['eval configurations', () => []],
      ['eval judges', () => []],
      [
        'swap start',
        () => ['assistant', '--to', 'simulator-anthropic', '-f', '-', '--margin', '0.9', '--no-canary', '--no-wait'],
        { input: SWAP_SUITE, keep: ({ id }: { id: string }) => (swapId = id) },
      ],
      ['swap watch', () => [swapId]],
      ['swap show', () => [swapId]],
      ['swap list', () => ['--agent', 'assistant']],
      ['swap report', () => [swapId, '--html', join(folder, 'report.html')]],
      ['swap approve', () => [swapId], { code: 6 }],
      ['swap stop', () => [swapId]],
      ['keys create', () => ['guest'], { keep: ({ key }: { key: { id: string } }) => (keyId = key.id) }],
      ['keys list', () => []],
      ['keys revoke', () => [keyId]],
      ['bundle export', () => ['-o', join(folder, 'record.gz')]],
      ['bundle show', () => [join(folder, 'record.gz')]],
      ['bundle import', () => [join(folder, 'record.gz'), '--check', '--merge']],
      ['dead-letters list', () => []],
      ['dead-letters show', () => ['run', runId], { code: 3 }],
      ['dead-letters redrive', () => ['--kind', 'tool', '--dry-run']],
      ['dialect list', () => []],
      ['dialect read', () => [], { input: '{"id": 1, "input": "Hello."}\n' }],
      ['wire read', () => [], { input: `${JSON.stringify({ id: 1, api: 'ollama', body: OLLAMA_ANSWER })}\n` }],
    ];

    it.each(calls)(
      'gives one JSON document with --json: %s',
      async (name, args, { input = '', code = 0, keep } = {}) => {
        const words = [...name.split(' '), ...args().map(String)];
        const asJson = await switchyard(system(), ['--json', ...words], { input });
        expect([asJson.code, asJson.stderr.includes('Error:')]).toEqual([code, false]);
        if (code === 0) keep?.(JSON.parse(asJson.stdout) as never);
        // What failed says so in JSON too, where errors belong.
        else expect(JSON.parse(asJson.stderr)).toMatchObject({ error: { code: expect.any(String) } });
      },
    );

    it('is tried here', () => {
      // `up` prints its document when it is ready: every test here begins with it. `help` is commander's.
      expect([...calls.map(([name]) => name), 'up'].sort()).toEqual(leafCommands().sort());
    });

    it('drafts a file of cases that a suite takes in, redacted, and says so beside it', async () => {
      const run = await switchyardJson<JsonObject>(system(), ['run', 'Write 6 + 6 to ada@example.com']);
      // The record hears of a run's end a moment after its asker.
      await waitFor(() => switchyardJson(system(), ['runs', 'outcome', String(run['run_id'])]), {
        describe: 'the outcome',
      });
      const drafted = await switchyard(system(), ['suites', 'draft', '--agent', 'assistant', '--limit', '2']);
      expect([drafted.code, drafted.stdout.trim().split('\n').length]).toEqual([0, 2]);
      expect(drafted.stdout).toContain('Write 6 + 6 to [email-1]');
      expect(drafted.stdout).not.toContain('ada@');
      expect(drafted.stderr).toMatch(/^2 cases of runs of assistant\.[^]*Redacted: [^]*× email[^]*have a person read/);
      await writeFile(join(folder, 'cases.jsonl'), drafted.stdout);
      const suite = { suite: 'drafted', agent: 'assistant', scorers: ['similarity'], cases: 'cases.jsonl' };
      await writeFile(join(folder, 'suite.json'), JSON.stringify(suite));
      const applied = await switchyardJson(system(), ['suites', 'apply', '-f', join(folder, 'suite.json')]);
      expect(applied).toMatchObject({ name: 'drafted', cases: 2 });
      const none = await switchyard(system(), ['suites', 'draft', '--agent', 'assistnt']);
      expect([none.code, none.stdout]).toEqual([3, '']);
    });

    it('takes --json at its end as well', async () => {
      const { stdout } = await switchyard(system(), ['runs', 'list', '-n', '1', '--json']);
      expect(JSON.parse(stdout)).toHaveLength(1);
    });

    it('explains itself, with examples where there is something to get wrong', async () => {
      for (const name of WITH_EXAMPLES)
        expect([name, helpOf(name)]).toEqual([name, expect.stringMatching(/Examples?:\n {2}.*switchyard /)]);
      const { code, stdout } = await runCommand(['--help']);
      expect(code).toBe(0);
      expect(stdout).toContain('Examples:\n  switchyard up ');
      expect(stdout).toContain('Exit status: 0 done');
    });
  });
}

const WITH_EXAMPLES = [
  'up',
  'doctor',
  'run',
  'tasks submit',
  'runs list',
  'runs switch',
  'runs fork',
  'runs replay',
  'trace',
  'agents apply',
  'rollout start',
  'backends add',
  'backends probe',
  'backends check',
  'policies apply',
  'approvals history',
  'tools add',
  'tools call',
  'tools calls',
  'tools diff',
  'tools accept',
  'tools set',
  'tools logs',
  'tools resources',
  'tools prompts',
  'tools complete',
  'tools login',
  'tools logout',
  'secrets set',
  'secrets rotate',
  'memory add',
  'memory search',
  'memory export',
  'memory import',
  'memory erase',
  'memory mcp',
  'suites draft',
  'eval run',
  'eval watch',
  'eval cancel',
  'eval gate',
  'eval compare',
  'eval replay',
  'swap start',
  'swap watch',
  'swap report',
  'keys create',
  'dead-letters',
  'dead-letters list',
  'dead-letters redrive',
];

type Command = ReturnType<typeof createProgram>;

/** The names of all commands that do something. */
function leafCommands(command: Command = createProgram(), words: readonly string[] = []): string[] {
  if (command.commands.length === 0) return [words.join(' ')];
  return command.commands.flatMap((nested) => leafCommands(nested, [...words, nested.name()]));
}

function helpOf(name: string): string {
  const command = name
    .split(' ')
    .reduce<Command | undefined>((at, word) => at?.commands.find((each) => each.name() === word), createProgram());
  let text = '';
  command?.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}
