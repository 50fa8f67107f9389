import { beforeAll, describe, expect, it } from '@jest/globals';
import type { CanonicalMessage } from '../../messages/message.js';
import type { ModelRequest } from '../../model-request.js';
import type { WireTarget } from '../../wire/wire-api.js';
import { wireApi } from '../../wire/wire-apis.js';
import { loadCatalogue } from '../load-catalogue.js';
import { resolveEntry } from '../resolve-entry.js';
import { accept } from './accepts.fixture.js';
import type { SwapHistory } from './history-of.fixture.js';
import { historyOf, SWAP_TOOLS } from './history-of.fixture.js';

/** Whatever an address may ask for. */
const ENV = new Proxy({}, { get: () => 'mine' });

/** All that a request can ask for; profiles say what is left out. */
function request(messages: readonly CanonicalMessage[]): ModelRequest {
  const settings = { temperature: 0.5, topP: 0.9, seed: 7, stop: ['END'], maxOutputTokens: 100_000_000 };
  return { messages, tools: SWAP_TOOLS, parallelToolCalls: true, ...settings };
}

let targets: WireTarget[];
let histories: Map<string, SwapHistory>;
beforeAll(async () => {
  const entries = [...(await loadCatalogue()).values()];
  targets = entries.map((entry) => ({ ...resolveEntry(entry, ENV), name: entry.name }));
  histories = new Map(targets.map((target) => [target.name, historyOf(target)]));
});

describe('any endpoint of the catalogue', () => {
  it('accepts the history of any other, at every moment at which a run may be moved', () => {
    const refusals: string[] = [];
    let pairs = 0;
    let requests = 0;
    for (const [from, history] of histories) {
      for (const to of targets) {
        pairs++;
        history.moments.forEach((messages, moment) => {
          requests++;
          try {
            check(history, to, messages);
          } catch (error) {
            refusals.push(`${from} to ${to.name}, moment ${moment}: ${String(error)}`);
          }
        });
      }
    }
    process.stderr.write(`swap matrix: ${pairs} pairs, ${requests} requests, ${requests - refusals.length} valid\n`);
    expect(refusals.slice(0, 20)).toEqual([]);
    expect([pairs, requests]).toEqual([targets.length ** 2, targets.length ** 2 * 3]);
    expect(pairs).toBeGreaterThanOrEqual(60 ** 2);
  });

  it('gets its own reasoning back where its profile says so: nothing is lost by moving nowhere', () => {
    const replaying = targets.filter(
      ({ profile }) => profile.reasoning.replay !== 'none' && profile.capabilities.reasoning,
    );
    const signers = new Set(replaying.map(({ profile }) => profile.reasoning.signer));
    expect(signers.size).toBeGreaterThanOrEqual(10);
    for (const target of replaying) {
      const history = histories.get(target.name);
      const messages = history?.moments[0] ?? [];
      const text = JSON.stringify(wireApi(target.profile.api).render(request(messages), target).body);
      expect([target.name, text.includes(history?.thought ?? '')]).toEqual([target.name, true]);
    }
  });

  it('is refused what it would refuse: the rules of this matrix can fail', () => {
    const history = histories.get('anthropic/claude-sonnet-5');
    const to = targets.find(({ name }) => name === 'moonshot/kimi-k2.6');
    if (history === undefined || to === undefined) throw new Error('the catalogue has changed');
    const { path, headers, body } = wireApi(to.profile.api).render(request(history.moments[0] ?? []), to);
    const spoilt: [RegExp, object][] = [
      [/is not token/, { profile: { ...to.profile, callIds: 'token' } }],
      [/tokens are too many/, { profile: { ...to.profile, maxOutputTokens: 10 } }],
      [/does not see/, { profile: { ...to.profile, capabilities: { ...to.profile.capabilities, vision: false } } }],
      [/temperature is not supported/, { profile: { ...to.profile, unsupported: ['temperature'] } }],
      [
        /without a response/,
        { body: { ...body, messages: Array.isArray(body['messages']) ? body['messages'].slice(0, -1) : [] } },
      ],
      [/Unrecognized/, { body: { ...body, foo: 1 } }],
    ];
    for (const [reason, change] of spoilt) {
      const { profile, ...rest } = { profile: to.profile, body, ...change };
      expect(() => accept({ path, headers, ...rest }, profile)).toThrow(reason);
    }
  });
});

function check(history: SwapHistory, to: WireTarget, messages: readonly CanonicalMessage[]): void {
  const rendered = wireApi(to.profile.api).render(request(messages), to);
  const text = accept(rendered, to.profile);
  if (history.signer !== '' && history.signer === to.profile.reasoning.signer) return;
  for (const secret of [history.thought, history.signature])
    if (text.includes(secret)) throw new Error('reasoning of another reached it');
}
