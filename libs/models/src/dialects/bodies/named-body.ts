import type { BodySyntax } from '../body.js';
import { literalsOf } from '../literals.js';

/** Calls whose name stands before them once more (Step-3). Where the two differ, nobody knows which is meant. */
export function namedBody(body: BodySyntax): BodySyntax {
  return {
    starts: new RegExp(`^\\s*[\\w.\\-:/]+${body.starts.source.replace(/^\^/u, '')}`, 'u'),
    ...(body.inner === undefined ? {} : { inner: body.inner }),
    *read(source, context) {
      let name = '';
      yield* literalsOf('<').next(source, (text) => {
        name += text;
      });
      const outcome = yield* body.read(source, context);
      if (outcome.kind !== 'calls' || outcome.calls.every((call) => call.name === name.trim())) return outcome;
      return { kind: 'broken', calls: [], reason: `The call is named ${name.trim().slice(0, 100)} before it.` };
    },
  };
}
