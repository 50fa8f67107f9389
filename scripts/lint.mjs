// npm run lint: ESLint over everything. The boundaries between projects are known only to who has the graph of projects,
// without which that rule passes over everything in silence: so it is made first, and the rule is shown a breach.
import './lib/check-node.mjs';
import { ESLint } from 'eslint';
import { run } from './lib/run.mjs';
import { nx, root, tool } from './lib/workspace.mjs';

const graph = await run([...nx(), 'show', 'projects'], { quiet: true });
if (graph.code !== 0) {
  console.error(`The graph of projects cannot be made:\n${graph.output}`);
  process.exit(1);
}
if (!(await refusesBreach())) {
  console.error('The boundaries between projects are not enforced: a service that imports a service was not refused.');
  process.exit(1);
}
const { code } = await run([...tool('eslint/bin/eslint.js'), '.', '--max-warnings=0', ...process.argv.slice(2)]);
process.exitCode = code;

async function refusesBreach() {
  const eslint = new ESLint({ cwd: root });
  const [result] = await eslint.lintText("import '@switchyard/router';\n", {
    filePath: `${root}/services/executor/src/index.ts`,
  });
  return result?.messages.some(({ ruleId }) => ruleId === '@nx/enforce-module-boundaries') ?? false;
}
