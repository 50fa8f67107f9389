/** A model server of our own: it speaks real wire APIs, answers by rule, and fails on demand. */
export { startSimulator } from './start-simulator.js';
export { simulatorBackend } from './simulator-backend.js';
export type { SimulatorBackendOptions } from './simulator-backend.js';
export { SIMULATOR_MODEL } from './simulator-model.js';
export type { WrittenForm } from './dialects/written-form.js';
export type {
  Fault,
  FaultKind,
  RecordedRequest,
  ScriptedTurn,
  Simulator,
  SimulatorOptions,
  Snapshot,
} from './options.js';
