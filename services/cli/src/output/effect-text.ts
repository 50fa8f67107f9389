import type { Effect } from '@switchyard/contracts';
import { agoOf } from './format.js';
import { bold, dim, green, harmless, red, yellow } from './style.js';

/** One call of the ledger for people: what happened, and where it is in doubt what each choice means. */
export function effectText(effect: Effect, now: number = Date.now()): string {
  const { callId, tool, effect: effectClass, runId, attempt } = effect;
  const began = effect.startedAt ? `${agoOf(effect.startedAt, now)} ago` : 'at an unknown time';
  return [
    `${bold(callId)} ${statusColour(effect)}`,
    `${harmless(tool)}, ${effectClass}, attempt ${attempt}, begun ${began}${runId ? `, for the run ${runId}` : ', by hand'}`,
    ...whatHappened(effect),
    ...effect.decisions.map(
      ({ decision, by, reason, time }) =>
        `${harmless(by) || 'somebody'} decided: ${decision}${time ? `, ${agoOf(time, now)} ago` : ''}${reason ? `, because ${harmless(reason)}` : ''}`,
    ),
    ...(effect.status === 'unknown' ? choices(effect) : []),
  ].join('\n');
}

function whatHappened({ status, result, host, tool }: Effect): string[] {
  const text = (result?.content ?? []).map((part) => (part['type'] === 'text' ? harmless(String(part['text'])) : ''));
  const said = text.filter((line) => line !== '');
  switch (status) {
    case 'started':
      return [`At work on the tool host ${host}.`];
    case 'released':
      return ['It is to be run again: the next who asks begins, which is its run once it has been woken.'];
    case 'unknown':
      return [
        ...said,
        `Nobody knows whether "${harmless(tool)}" took effect. It is not run again by itself, and its run waits.`,
      ];
    default:
      return result?.error ? [`${red('error')} ${harmless(result.error.message)} [${result.error.code}]`] : said;
  }
}

function choices({ callId }: Effect): string[] {
  return [
    '',
    'Find out what happened out there, then choose one:',
    `  switchyard effects settle ${callId} "<what the tool gave>"   ${dim('it took effect: the agent reads this result')}`,
    `  switchyard effects retry ${callId}   ${dim('it did not, or may happen twice: the call runs again')}`,
    `  switchyard effects fail ${callId} --reason "<why>"   ${dim('it did not, and shall not: the agent reads the reason')}`,
  ];
}

function statusColour({ status, result }: Effect): string {
  if (status === 'unknown') return yellow(status);
  if (status !== 'settled') return status;
  return result?.error ? red('settled as an error') : green(status);
}
