// Writes the two scripts that are used as they are, from the sources, with nothing but the compiler of the tests:
//   browser/switchyard-webmcp.js   for <script src>: everything of index.ts as `SwitchyardWebMcp`
//   src/polyfill-script.gen.ts     what an agent's browser puts into every page, as a text
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { minify, transformSync } from '@swc/core';

const folder = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(folder, 'src');

export const files = {
  browser: join(folder, 'browser/switchyard-webmcp.js'),
  polyfill: join(source, 'polyfill-script.gen.ts'),
};

/** What both files are to hold. */
export async function bundles() {
  const version = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
  const library = await bundle('index.ts', (modules) => `globalThis.SwitchyardWebMcp=${modules};`);
  const polyfill = await bundle('polyfill/agent-bridge.ts', (modules) => `${modules}.bridge();`);
  return {
    browser: `/*! @switchyard/webmcp ${version}, Apache-2.0 */\n${library}\n`,
    polyfill: `// Made by \`npm run bundle -w @switchyard/webmcp\`. Change nothing here.\nexport const polyfillScript: string = ${JSON.stringify(polyfill)};\n`,
  };
}

/** Every module that the entry needs, each in a function of its own, as one expression. */
async function bundle(entry, wrap) {
  const modules = new Map();
  const add = (file) => {
    const name = relative(source, file);
    if (modules.has(name)) return name;
    modules.set(name, '');
    const { code } = transformSync(readFileSync(file, 'utf8'), {
      filename: file,
      swcrc: false,
      configFile: false,
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs', strict: true, noInterop: true },
    });
    const body = code.replaceAll(/require\("(\.[^"]+)\.js"\)/g, (_, path) => {
      const found = add(resolve(dirname(file), `${path}.ts`));
      return `require(${JSON.stringify(found)})`;
    });
    modules.set(name, body);
    return name;
  };
  add(join(source, entry));
  const table = [...modules].map(([name, body]) => `${JSON.stringify(name)}(require,exports){${body}\n}`).join(',\n');
  const loader = `((table)=>{const made={};const require=(name)=>made[name]??(table[name](require,made[name]={}),made[name]);return require(${JSON.stringify(entry)})})({${table}})`;
  const { code } = await minify(`(()=>{"use strict";${wrap(loader)}})();`, {
    compress: { passes: 2 },
    mangle: true,
    module: false,
    format: { comments: false },
  });
  return code;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const made = await bundles();
  for (const [name, file] of Object.entries(files)) writeFileSync(file, made[name]);
  console.log(`browser/switchyard-webmcp.js: ${made.browser.length} bytes`);
}
