import { userMessage } from '../../messages/message-helpers.js';
import type { WireApiName } from '../../profile/profile.js';
import type { ProfileMembers } from '../finding.js';
import type { Experiment, Judgement } from '../experiment.js';
import { isRefusal, refusalOf } from '../experiment.js';

/** Prose and code, so that the characters of a token are counted over what agents send. About 1,000 characters. */
const SAMPLE = `The quick brown fox jumps over the lazy dog while seventeen engineers review yesterday's measurements.
Each of them writes a short note: what was measured, under which conditions, and whether the result can be trusted.
{"station": "north-3", "temperature_c": -4.25, "wind": {"speed_kmh": 31, "direction": "NW"}, "valid": true}
function average(values) { return values.reduce((sum, value) => sum + value, 0) / values.length; }
Two of the notes disagree. The older instrument reports a steady value, and the newer one drifts by a tenth of a degree an hour.
SELECT station, avg(temperature_c) FROM readings WHERE taken_at > now() - interval '1 day' GROUP BY station ORDER BY 2 DESC;
In the evening the group meets again, compares the two curves, and decides to calibrate both instruments before the next storm.
| station | readings | mean |
|---------|----------|------|
| north-3 | 1,440    | -4.1 |`;

/** Streaming, and the usage of a stream. The text is the long one by which the characters of a token are measured. */
export const streaming: Experiment = streamed(true);

function streamed(withUsage: boolean): Experiment {
  return {
    name: withUsage ? 'a stream' : 'a stream without stream_options',
    judgesBreaks: true,
    fields: ['capabilities.streaming', 'streamUsage', 'tokens.charactersPerToken'],
    ask: ({ outputTokens, members }) => ({
      request: {
        messages: [userMessage(`${SAMPLE}\n\nThat was only an example. Reply with the one word: ready`)],
        maxOutputTokens: outputTokens,
        stream: true,
      },
      members: {
        capabilities: { ...members.capabilities, streaming: true },
        ...(withUsage ? {} : { streamUsage: false }),
      },
    }),
    judge: (seen, { api }): Judgement => {
      if (seen.ok) return judged(api, seen.streamed, seen.response.usage.source === 'reported', withUsage);
      const how = `a stream was refused (${refusalOf(seen.error)})`;
      if (withUsage && api === 'openai-chat') return { findings: [], next: streamed(false) };
      // Broken or silent: whatever it is, a whole answer came and a stream did not.
      const members: ProfileMembers = { capabilities: { streaming: false } };
      const confidence = isRefusal(seen.error) ? 'proved' : 'likely';
      return { findings: [{ field: 'capabilities.streaming', value: false, how, confidence }], members };
    },
  };
}

function judged(api: WireApiName, streams: boolean, counts: boolean, withUsage: boolean): Judgement {
  const answered = streams ? 'a stream was answered as one' : 'a stream was asked for, and the answer came whole';
  return {
    findings: [
      { field: 'capabilities.streaming', value: streams, how: answered, confidence: 'proved' },
      ...(streams && api === 'openai-chat'
        ? [
            {
              field: 'streamUsage',
              value: withUsage,
              how: withUsage
                ? `stream_options.include_usage was accepted, and usage ${counts ? 'came' : 'did not come'} with the stream`
                : 'a stream was refused with stream_options.include_usage and accepted without',
              confidence: 'proved' as const,
            },
          ]
        : []),
    ],
    members: { capabilities: { streaming: streams }, ...(withUsage ? {} : { streamUsage: false }) },
  };
}
