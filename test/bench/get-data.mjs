// Where the data sets are that cannot be shipped, and how to get them:
//   node test/bench/get-data.mjs                  says where they are and under which terms; downloads nothing
//   node test/bench/get-data.mjs locomo FOLDER    downloads LoCoMo and its published corrections
//   node test/bench/get-data.mjs beam FOLDER      downloads BEAM's chats of 100,000 tokens
// This is the only part of the benchmarks that needs the internet. What it downloads must not be committed.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const RAW = 'https://raw.githubusercontent.com';
const CHATS = 20;
const CONVERSATIONS = 10;

const SETS = {
  locomo: {
    about: [
      'LoCoMo (Maharana et al., ACL 2024): https://github.com/snap-research/locomo, CC BY-NC 4.0: not for commercial use.',
      'Corrections of its answers and evidence: https://github.com/dial481/locomo-audit (see the terms there).',
      'Then: npm run bench -- memory --only locomo --locomo FOLDER/locomo10.json --locomo-audit FOLDER/audit',
    ],
    files: [
      { from: `${RAW}/snap-research/locomo/main/data/locomo10.json`, to: 'locomo10.json' },
      ...Array.from({ length: CONVERSATIONS }, (_, n) => ({
        from: `${RAW}/dial481/locomo-audit/main/audit/errors_conv_${n}.json`,
        to: `audit/errors_conv_${n}.json`,
      })),
    ],
  },
  beam: {
    about: [
      'BEAM (Tavakoli et al., 2025, arXiv 2510.27246): https://github.com/mohammadtavakoli78/BEAM (see the terms there and on its page',
      'at https://huggingface.co/datasets/Mohammadta/BEAM).',
      'Then: npm run bench -- memory --only beam --beam FOLDER/chats/100K',
    ],
    files: Array.from({ length: CHATS }, (_, n) => `chats/100K/${n + 1}`).flatMap((chat) =>
      [
        { path: `${chat}/chat.json` },
        // Only of chats that were cut.
        { path: `${chat}/chat_trunecated.json`, optional: true },
        { path: `${chat}/probing_questions/probing_questions.json` },
      ].map(({ path, optional }) => ({ from: `${RAW}/mohammadtavakoli78/BEAM/main/${path}`, to: path, optional })),
    ),
  },
};

const [name, folder] = process.argv.slice(2);
const set = SETS[name];
if (set && folder) await download(set, folder);
else {
  for (const { about } of Object.values(SETS)) console.log(`${about.join('\n')}\n`);
  console.log('To download (this needs the internet): node test/bench/get-data.mjs locomo|beam FOLDER');
  process.exitCode = name === undefined ? 0 : 1;
}

async function download({ about, files }, into) {
  console.log(about.join('\n'));
  for (const { from, to, optional } of files) {
    const answer = await fetch(from).catch((cause) =>
      fail(`Cannot reach ${from}. Is there a way to the internet?`, cause),
    );
    if (answer.status === 404 && optional) continue;
    if (!answer.ok) fail(`${from} answers ${answer.status}. Has the data set moved? Its page stands above.`);
    const path = join(into, to);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, Buffer.from(await answer.arrayBuffer()));
    console.log(path);
  }
}

function fail(message, cause) {
  throw new Error(message, { cause });
}
