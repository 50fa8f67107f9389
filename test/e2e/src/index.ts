export { runCommand, switchyard, type CommandResult } from './harness/command.js';
export { COMMAND, FORMS, System, type Connection, type SystemOptions } from './harness/system.js';
