import { parseArgs } from 'node:util';
import { benchDurable } from './durable/index.js';
import { benchFoundation } from './foundation.js';
import { benchTools } from './tools/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const [what = 'foundation'] = positionals;
const options = { json: values.json, scale: values.quick ? 0.2 : 1 };
if (what === 'foundation') await benchFoundation(options);
else if (what === 'durable') await benchDurable({ ...options, only: values.only });
else if (what === 'tools') await benchTools(options);
else throw new Error(`There is no benchmark "${what}": foundation (default), durable, tools`);
