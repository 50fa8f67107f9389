import { bareJsonBody, barePythonBody } from '../bodies/bare-body.js';
import type { CallForm, Dialect } from '../dialect.js';
import * as families from './families.js';
import { form } from './parts.js';

const KNOWN: readonly Dialect[] = Object.values(families);

/** Text in reasoning marks, and forms that only mean something in their own dialect, are left out of `auto`. */
const AUTO_SKIPS_FORMS = new Set(['<function', '[', '{', '```json', '>>>', 'functools', '<tool_calls>']);

/** Finds out from the text: every marker that says by itself what follows. */
export const auto: Dialect = {
  name: 'auto',
  reasoning: uniqueBy(
    KNOWN.flatMap(({ reasoning }) => reasoning),
    ({ open }) => open,
  ).filter(({ open }) => /^[<[◁]/u.test(open)),
  forms: [
    ...mergeForms(KNOWN.flatMap(({ forms }) => forms).filter(({ open }) => !AUTO_SKIPS_FORMS.has(open))),
    ...families.hyV3.forms.filter(({ open }) => open === '<tool_calls>'),
    ...families.phi4.forms,
    form('{', '', [bareJsonBody], { keepsOpen: true, loose: true, where: 'start' }),
    form('[', '', [barePythonBody, bareJsonBody], { keepsOpen: true, loose: true, where: 'start' }),
  ],
  noise: [...new Set(KNOWN.flatMap(({ noise }) => noise))].filter((mark) =>
    /^<[|｜]|^<[a-z_]+\|>|^\[[A-Z/]|^\[e~\[|^\]~|^\]<\]/u.test(mark),
  ),
  spans: KNOWN.flatMap(({ spans = [] }) => spans).filter(({ open }) => open.startsWith('<|')),
  channels: 'detect',
  write: families.hermes.write,
};

const BY_NAME: ReadonlyMap<string, Dialect> = new Map([...KNOWN, auto].map((dialect) => [dialect.name, dialect]));

/** Names of all dialects, sorted. */
export const DIALECT_NAMES: readonly string[] = [...BY_NAME.keys()].sort();

/** The dialect of this name; undefined if there is none. */
export function dialectOf(name: string): Dialect | undefined {
  return BY_NAME.get(name);
}

/** Forms of one marker as one, with the bodies of all. */
function mergeForms(forms: readonly CallForm[]): CallForm[] {
  const merged = new Map<string, CallForm>();
  for (const each of forms) {
    const key = `${each.open}\n${each.keepsOpen === true}`;
    const known = merged.get(key);
    merged.set(
      key,
      known === undefined
        ? each
        : {
            ...known,
            bodies: uniqueBy([...known.bodies, ...each.bodies], (body) => body.starts.source),
            close: [...new Set([...known.close, ...each.close])],
          },
    );
  }
  return [...merged.values()];
}

function uniqueBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.toReversed().map((item) => [key(item), item])).values()].toReversed();
}
