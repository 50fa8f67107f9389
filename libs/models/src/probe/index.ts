/** Finding out what an unknown endpoint speaks and takes. */
export { cataloguePrices } from './catalogue-prices.js';
export { compareProfiles } from './compare-profiles.js';
export type { ProfileChange } from './compare-profiles.js';
export type { ProbeConfidence, ProbeFinding, ProfileMembers } from './finding.js';
export { MAX_PROBE_REQUESTS, PROBE_TOKENS, probeEndpoint } from './probe-endpoint.js';
export type { ProbeOptions, ProbeProgress, ProbeResult } from './probe-result.js';
