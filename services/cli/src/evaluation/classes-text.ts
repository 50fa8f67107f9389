import type { ClassRules, SuggestedClasses, TaskClass } from '@switchyard/contracts';
import { agoOf, count, oneLine } from '../output/format.js';
import { bold, dim, harmless, yellow } from '../output/style.js';
import { table } from '../output/table.js';

/** Below it, halves of the runs gave groups that differ: what is proposed is as much chance as it is there. */
const STEADY = 0.6;
const WIDTH = 100;

/** What was applied, in one line. */
export function appliedText({ agent, number, classes, changed }: ClassRules): string {
  return `Rules of ${ownerOf(agent)} ${changed ? 'applied' : 'unchanged'}, version ${number}, ${classesText(classes.length)}`;
}

/** Sets of rules, a row each. */
export function rulesText(rules: readonly ClassRules[]): string {
  if (rules.length === 0)
    return 'There are no rules of classes. "switchyard classes suggest AGENT" proposes some; "switchyard classes apply" takes them.';
  return table(
    ['AGENT', 'VERSION', 'AGE', 'BY', 'CLASSES'],
    rules.map(({ agent, number, createdAt, createdBy, classes }) => [
      agent === '' ? 'all' : harmless(agent),
      String(number),
      agoOf(createdAt),
      harmless(createdBy) || '–',
      harmless(oneLine(classes.join(', '), WIDTH)) || '–',
    ]),
  );
}

/** A task's class and why. */
export function classText(found: TaskClass): string {
  const notes = found.undecided.map((each) => dim(`could not be decided: ${harmless(each)}`));
  return [`${found.class === '' ? 'no class' : bold(harmless(found.class))}  ${reasonOf(found)}`, ...notes].join('\n');
}

/** What is proposed, and how far it can be trusted. */
export function suggestionText(agent: string, found: SuggestedClasses): string {
  const { classes, runs, unlike, leftOut, stability, agreement } = found;
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const lines = [
    `${classesText(classes.length)} in ${count(runs, 'run')} of ${harmless(agent)}; ${unlike} like none${leftOut > 0 ? `; ${leftOut} left out (of evaluations, without words, or no longer kept)` : ''}.`,
  ];
  if (classes.length === 0) return lines.join('\n');
  for (const { name, runs: size, words, examples } of classes) {
    lines.push('', `${bold(harmless(name))}  ${count(size, 'run')}  ${dim(harmless(words.join(', ')))}`);
    for (const { runId, text } of examples) lines.push(`  ${runId}  ${harmless(oneLine(text, WIDTH))}`);
  }
  lines.push(
    '',
    `The rules class ${percent(agreement)} of these runs as they were grouped. Two halves of them give groups that are alike by ${stability.toFixed(2)} (adjusted Rand index; 1 is the same).`,
  );
  if (stability < STEADY) lines.push(yellow('That is little: take fewer classes, or wait for more runs.'));
  lines.push(
    yellow(
      'Have a person read the words and name the classes before they are applied: names of people are not redacted.',
    ),
  );
  return lines.join('\n');
}

function reasonOf({ by, agent, number, place, similarity, threshold }: TaskClass): string {
  const rule = `rule ${place} of ${ownerOf(agent)}, version ${number}`;
  if (by === 'task') return 'its metadata says so (task_class)';
  if (by === 'rule') return rule;
  if (by === 'like')
    return `${rule}: like its words by ${similarity.toFixed(2)}, of ${threshold.toFixed(2)} that it takes`;
  return 'no rule fits';
}

function ownerOf(agent: string): string {
  return agent === '' ? 'all agents' : harmless(agent);
}

function classesText(number: number): string {
  return number === 1 ? '1 class' : `${number} classes`;
}
