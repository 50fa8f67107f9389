import type { ListedModels } from './list-models.js';
import { probeError } from './probe-error.js';
import type { ServedModel } from './served-models.js';
import { chatModels } from './served-models.js';

/** The one model of a list that can be meant by nobody's naming it. @throws ModelError `probe.model_needed` */
export function onlyModel(listed: ListedModels | undefined): string {
  const models: ServedModel[] = listed === undefined ? [] : chatModels(listed);
  const [only, another] = models;
  if (only !== undefined && another === undefined) return only.id;
  const names = models.slice(0, 10).map(({ id }) => id.slice(0, 100));
  const more = models.length > names.length ? `, and ${models.length - names.length} more` : '';
  throw probeError(
    'model_needed',
    models.length === 0
      ? 'The endpoint lists no models: name the one to probe.'
      : `The endpoint serves ${models.length} models: name the one to probe. There are ${names.join(', ')}${more}.`,
  );
}
