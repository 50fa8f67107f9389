/**
 * The version of an agent that people applied, whatever is rolled out to a part of its runs: as `TaskRequest.agent_version` has it. Evaluations and judges
 * of an agent that is rolled out would be of several versions otherwise.
 */
export const CURRENT = 'current';
