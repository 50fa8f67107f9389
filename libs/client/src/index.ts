export {
  connectSwitchyardBus,
  SwitchyardBus,
  type BusOptions,
  type TaskInit,
  type WaitOptions,
} from './bus/switchyard-bus.js';
export { SwitchyardClient } from './client.js';
export { readConnection, type Connection } from './connection.js';
export type { HttpOptions } from './http.js';
export type { MemoryScope } from './resources/memories.js';
export type { RunFilter } from './resources/runs.js';
export type { NewTask } from './resources/tasks.js';
export type { RunSignal, StreamOptions } from './run-stream.js';
export { eventTypeOf, fromValue, SwitchyardError, timestampDate, toValue } from '@switchyard/contracts';
