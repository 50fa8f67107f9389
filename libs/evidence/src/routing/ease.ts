import { faded } from './average.js';
import { named, type RoutingState } from './state.js';

/**
 * How much of it is expected to hold for another backend. Of RouteLLM's two models by subject of MMLU, a point more of one
 * goes with 0.90 of the other, and of that with 0.83 of the one (57 subjects; their correlation is 0.87); a little less,
 * since other backends differ more.
 */
const SHARED = 0.8;

/**
 * By how much a class is easier than others for the backends but one, in quality: 0 where they have no runs of it. So a
 * backend that is new to a hard class is not taken to be the better one there.
 */
export function easeOf({ settings, classes, all }: RoutingState, taskClass: string, except: string): number {
  const ofClass = named(classes, taskClass);
  let [sum, runs] = [0, 0];
  for (const [backend, { quality }] of Object.entries(ofClass?.backends ?? {})) {
    const general = named(all.backends, backend);
    if (backend === except || !general) continue;
    const { weight } = faded(quality, ofClass?.rounds ?? 0, settings.memory);
    sum += weight * (quality.mean - general.quality.mean);
    runs += weight;
  }
  return (SHARED * sum) / (runs + settings.borrowed);
}
