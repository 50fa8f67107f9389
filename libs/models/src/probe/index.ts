/** Finding out what an unknown endpoint speaks and takes. */
export { cataloguePrices } from './catalogue-prices.js';
export type { Confidence, ProbeFinding, ProfileMembers } from './finding.js';
export { MAX_PROBE_REQUESTS, PROBE_TOKENS, probeEndpoint } from './probe-endpoint.js';
export type { ProbeOptions, ProbeProgress, ProbeResult } from './probe-endpoint.js';
export { compareProfiles } from './compare-profiles.js';
export type { ProfileChange } from './compare-profiles.js';
export { memberAt } from './member-at.js';
