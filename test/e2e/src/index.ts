export {
  runCommand,
  startCommand,
  switchyard,
  switchyardJson,
  type CommandResult,
  type StartedCommand,
} from './harness/command.js';
export { streamOf, wholeStream, type StreamedEvent } from './harness/event-stream.js';
export { rest, type RestAnswer, type RestOptions } from './harness/rest.js';
export { COMMAND, FORMS, System, type Connection, type SystemOptions } from './harness/system.js';
export { connectedToolServer } from './harness/tool-server.js';
