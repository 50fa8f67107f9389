import type { ProbeResult, ProfileChange } from '@switchyard/models';
import { bold, green, harmless, red, yellow } from '../output/style.js';
import { cost, count, oneLine } from '../output/format.js';

/** What a probe has taken: "19 requests, 1,729 tokens in and 716 out, about $0.0012". */
export function spent({ requests, usage, costUsd }: Pick<ProbeResult, 'requests' | 'usage' | 'costUsd'>): string {
  const tokens = `${thousands(usage.inputTokens)} tokens in and ${thousands(usage.outputTokens)} out`;
  const estimated = usage.source === 'estimated' ? ' (in part estimated)' : '';
  return `${count(requests, 'request')}, ${tokens}${estimated}, ${costUsd === undefined ? 'price not known' : `about ${cost(costUsd)}`}`;
}

/** What it may take, said before it begins. */
export function announced(
  most: number,
  tokens: { input: number; output: number },
  costUsd: number | undefined,
): string {
  const price = costUsd === undefined ? 'its price is not known' : `at the catalogue's price about ${cost(costUsd)}`;
  return `At most ${most} requests, about ${thousands(tokens.input)} tokens in and ${thousands(tokens.output)} out, more where the model thinks aloud; ${price}.`;
}

/** What differs from the profile, the worse first. */
export function changesText(backend: string, changes: readonly ProfileChange[], result: ProbeResult): string {
  const looked = new Set(result.findings.map(({ field }) => field)).size;
  const worse = changes.filter((change) => change.worse);
  const head =
    changes.length === 0
      ? green(`${backend} is as its profile says`)
      : `${red(`${backend} has changed`)}: ${count(changes.length, 'member')}, ${worse.length} for the worse`;
  return [
    `${bold(head)}; ${looked} things looked at, ${spent(result)}`,
    ...[...worse, ...changes.filter((change) => !change.worse)].map(changeText),
    ...result.warnings.map((warning) => yellow(`  ${harmless(warning)}`)),
  ].join('\n');
}

function changeText({ field, before, after, worse, how }: ProfileChange): string {
  const values = `${oneLine(JSON.stringify(before), 60)} → ${oneLine(JSON.stringify(after), 60)}`;
  return `  ${worse ? red('worse') : yellow('other')}  ${field}: ${harmless(values)}  ${harmless(oneLine(how, 200))}`;
}

function thousands(value: number): string {
  return value.toLocaleString('en-US');
}
