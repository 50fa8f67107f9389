import { describe, expect, it } from '@jest/globals';
import {
  BundleKindSchema,
  create,
  type BundleKind,
  type JsonObject,
  type MessageInitShape,
} from '@switchyard/contracts';
import { RecordChecks } from './check-records.js';

const kind = (init: MessageInitShape<typeof BundleKindSchema>): BundleKind => create(BundleKindSchema, init);
const KINDS = [
  kind({ kind: 'version', part: 'agents', key: ['name', 'version'] }),
  kind({ kind: 'agent', part: 'agents', key: ['name'], links: [{ kind: 'version', by: ['name', 'version'] }] }),
  kind({ kind: 'run', part: 'runs', key: ['run_id'], links: [{ kind: 'version', by: ['agent', 'version'] }] }),
  kind({ kind: 'entry', part: 'runs', key: ['run_id', 'seq'], along: 'run' }),
];

function check(records: [string, JsonObject][], without: string[] = []): void {
  const checks = new RecordChecks(KINDS);
  for (const [index, [name, data]] of records.entries())
    checks.add({ kind: name, text: JSON.stringify({ kind: name, data }), line: index + 2 });
  checks.end(without);
}

describe('the records of a bundle', () => {
  it('are fine in their order, by bytes and by number, with what they name', () => {
    check([
      ['version', { name: 'B', version: 'v' }],
      ['version', { name: 'a', version: 'v' }],
      ['version', { name: '\uffff', version: 'v' }],
      ['version', { name: '\u{1F600}', version: 'v' }],
      ['agent', { name: 'a', version: 'v' }],
      ['run', { run_id: 'run_1', agent: 'a', version: 'v' }],
      ...[1, 2, 10].map((seq): [string, JsonObject] => ['entry', { run_id: 'run_1', seq }]),
      ['run', { run_id: 'run_2', agent: '', version: '' }],
      ['entry', { run_id: 'run_2', seq: 1 }],
    ]);
  });

  it('may name what belongs to a part that was left out', () => {
    check([['run', { run_id: 'run_1', agent: 'a', version: 'v' }]], ['agents']);
  });

  it.each<[string, [string, JsonObject][], string, RegExp]>([
    ['of an unknown kind', [['unicorn', {}]], 'bundle.unknown_kind', /Line 2 .*"unicorn"/],
    [
      'there twice',
      [
        ['version', { name: 'a', version: 'v' }],
        ['version', { name: 'a', version: 'v' }],
      ],
      'bundle.invalid',
      /line 3: there is a second version a v/,
    ],
    [
      'out of order',
      [
        ['version', { name: 'b', version: 'v' }],
        ['version', { name: 'a', version: 'v' }],
      ],
      'bundle.invalid',
      /line 3.*out of order/,
    ],
    ['without their key', [['version', { name: 'a' }]], 'bundle.invalid', /line 2: its version is missing/],
    [
      'that name what is not there',
      [['agent', { name: 'a', version: 'v' }]],
      'bundle.invalid',
      /names what is not in it: version \["a","v"\] \(line 2\)/,
    ],
    [
      'apart from what they belong to',
      [
        ['run', { run_id: 'run_1', agent: '', version: '' }],
        ['entry', { run_id: 'run_2', seq: 1 }],
      ],
      'bundle.invalid',
      /line 3.*does not stand behind its run/,
    ],
    [
      'without what they belong to',
      [['entry', { run_id: 'run_2', seq: 1 }]],
      'bundle.invalid',
      /does not stand behind its run/,
    ],
  ])('are refused where they are %s', (_, records, code, message) => {
    let refused: unknown;
    try {
      check(records);
    } catch (error) {
      refused = error;
    }
    expect(refused).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('are refused where they are no JSON, or have no data', () => {
    const checks = new RecordChecks(KINDS);
    expect(() => checks.add({ kind: 'agent', text: '{"kind":"agent","data":{', line: 2 })).toThrow(/line 2 is no JSON/);
    expect(() => checks.add({ kind: 'agent', text: '{"kind":"agent"}', line: 3 })).toThrow(/line 3 has no data/);
  });
});
