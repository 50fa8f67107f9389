import { text } from '../http/queries.js';

/** The parts of a scope, as parameters; those that are left out do not narrow. */
export const SCOPE = { agent: text('Of this agent.'), user: text('Of this user.'), thread: text('Of this thread.') };
