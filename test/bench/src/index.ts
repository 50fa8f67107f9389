import { parseArgs } from 'node:util';
import { benchBundle } from './bundle/index.js';
import { benchDurable } from './durable/index.js';
import { benchEvidence } from './evidence/index.js';
import { benchFoundation } from './foundation.js';
import { benchMemory } from './memory/index.js';
import { benchTools } from './tools/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    locomo: { type: 'string' },
    'locomo-audit': { type: 'string' },
    beam: { type: 'string' },
    mmlu: { type: 'string' },
    large: { type: 'boolean', default: false },
  },
});
const [what = 'foundation'] = positionals;
const options = { json: values.json, scale: values.quick ? 0.2 : 1 };
if (what === 'foundation') await benchFoundation(options);
else if (what === 'durable') await benchDurable({ ...options, only: values.only });
else if (what === 'evidence') await benchEvidence({ ...options, only: values.only, mmlu: values.mmlu });
else if (what === 'tools') await benchTools(options);
else if (what === 'bundle') await benchBundle(options);
else if (what === 'memory')
  await benchMemory({
    ...options,
    only: values.only,
    locomo: values.locomo,
    locomoAudit: values['locomo-audit'],
    beam: values.beam,
    large: values.large,
  });
else throw new Error(`There is no benchmark "${what}": foundation (default), durable, evidence, tools, memory, bundle`);
