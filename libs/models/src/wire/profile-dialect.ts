import type { Dialect } from '../dialects/dialect.js';
import { dialectOf } from '../dialects/table/index.js';
import { ModelError } from '../model-error.js';
import type { WireTarget } from './wire-api.js';

/**
 * The dialect in which an endpoint's text is read and, in text mode, its prompt written; undefined where text is only text.
 * Tools that are text need one: the text itself tells it where the profile does not.
 *
 * @throws ModelError `model.dialect_unknown`
 */
export function profileDialect({ name, profile }: Pick<WireTarget, 'name' | 'profile'>): Dialect | undefined {
  const named = profile.dialect === '' && profile.tools.mode !== 'native' ? 'auto' : profile.dialect;
  if (named === '') return undefined;
  const dialect = dialectOf(named);
  if (dialect !== undefined) return dialect;
  throw new ModelError({
    kind: 'bad_request',
    code: 'model.dialect_unknown',
    message: `The profile of backend ${name} names the dialect "${named}", which is not known here.`,
  });
}
