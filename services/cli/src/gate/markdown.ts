import type { Evaluation, EvaluationComparison } from '@switchyard/contracts';
import { choiceText, differenceText, measuresText, notesOf, score } from '../evaluation/comparison-text.js';
import { correctedText } from '../evaluation/evaluation-text.js';
import { cost, oneLine } from '../output/format.js';
import { uncheckedScorers, type GateVerdict } from './gate-verdict.js';

/** Rows of a list; a comment of GitHub's holds 65,536 characters. */
const SHOWN = 30;
const WIDTH = 200;
const SIGNS = { PASS: '✅', FAIL: '❌', INCONCLUSIVE: '⚠️' };

/** The gate's verdict for a pull request's comment, in GitHub's Markdown. */
export function gateMarkdown(gate: GateVerdict): string {
  const { verdict, reasons, evaluation, comparison } = gate;
  const { suite, agent, backend, id, total, costUsd } = evaluation;
  return [
    `### ${SIGNS[verdict]} ${verdict}: ${code(suite)}`,
    '',
    ...reasons.map((reason) => `- ${plain(reason)}`),
    '',
    `Agent ${code(agent)}${backend ? ` on ${code(backend)}` : ''}, ${total} runs, ${cost(costUsd)}, evaluation ${code(id)}.`,
    ...(comparison ? compared(comparison) : ['There was no baseline: every score of every case must pass.']),
    ...judged(evaluation),
    ...failures(evaluation),
    '',
  ].join('\n');
}

function compared(comparison: EvaluationComparison): string[] {
  const { baseline, scorers, cases, margin } = comparison;
  const choice = choiceText(comparison);
  const notes = notesOf(comparison).map((note) => `- ${plain(note)}`);
  return [
    `Compared with ${code(baseline?.id ?? '')}${choice && ` (${choice})`} over ${cases} cases; margin ${margin}.`,
    '',
    '| scorer | verdict | cases | baseline | candidate | difference | more cases |',
    '| --- | --- | ---: | ---: | ---: | --- | ---: |',
    ...scorers.map((each) =>
      row([
        code(each.scorer),
        each.gates ? each.verdict : `${each.verdict} (not counted)`,
        ...[String(each.cases), score(each.baselineMean), score(each.candidateMean), differenceText(each, score)],
        each.moreCases === undefined ? '–' : String(each.moreCases),
      ]),
    ),
    '',
    ...measuresText(comparison).map(([name, text]) => `- ${name}: ${text}`),
    ...notes,
  ];
}

function judged({ summary }: Evaluation): string[] {
  const told = summary.filter((each) => each.correctedShare !== undefined);
  if (told.length === 0) return [];
  return ['', ...told.map((each) => `- ${code(each.scorer)}: ${plain(correctedText(each))}`)];
}

function failures(evaluation: Evaluation): string[] {
  const unchecked = uncheckedScorers(evaluation);
  const rows = evaluation.results.flatMap(({ caseId, repeat, status, scores, error }) => {
    if (status === 'failed') return [[caseId, repeat, '', `${error?.code ?? ''} ${error?.message ?? ''}`] as const];
    return scores
      .filter(({ scorer, passed }) => !passed && !unchecked.has(scorer))
      .map(({ scorer, reason, errorCode }) => [caseId, repeat, scorer, `${errorCode} ${reason}`.trim()] as const);
  });
  if (rows.length === 0) return [];
  const shown = rows
    .slice(0, SHOWN)
    .map(([caseId, repeat, scorer, reason]) =>
      row([code(caseId), String(repeat), scorer ? code(scorer) : 'the run', code(reason)]),
    );
  return [
    '',
    `<details><summary>${rows.length} scores did not pass</summary>`,
    '',
    '| case | repeat | scorer | why |',
    '| --- | ---: | --- | --- |',
    ...shown,
    ...(rows.length > SHOWN ? ['', `and ${rows.length - SHOWN} more`] : []),
    '',
    '</details>',
  ];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** What a model or a suite said: as code, in which GitHub neither calls people nor links to issues. */
function code(text: string): string {
  return `<code>${plain(text)}</code>`;
}

/** On one line, with nothing in it that Markdown or HTML would read. */
function plain(text: string): string {
  return oneLine(text, WIDTH).replace(/[\u0000-\u001f\u007f-\u009f&<>|*_`[\]\\~#@$]/g, (character) =>
    character < ' ' || (character >= '\u007f' && character <= '\u009f') ? '' : `&#${character.charCodeAt(0)};`,
  );
}
