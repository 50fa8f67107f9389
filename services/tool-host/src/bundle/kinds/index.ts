import type { RecordKind } from '@switchyard/persistence';
import { SECRET_NAMES } from './secret-name.js';
import { TOOL_SERVERS } from './tool-server.js';
import { TOOL_SETTINGS } from './tool-settings.js';
import { TOOL_VERSIONS } from './tool-version.js';

/** What the tool host gives to a bundle, in the order in which it rests on each other. A new kind is a file here and its name in this list. */
export const TOOL_KINDS: readonly RecordKind[] = [SECRET_NAMES, TOOL_SERVERS, TOOL_VERSIONS, TOOL_SETTINGS];

/** Tables that a bundle does not have, and why. */
export const NOT_IN_BUNDLES: Readonly<Record<string, string>> = {
  'effects.calls': 'the ledger of this system: what calls did stands in the journals',
  'effects.hosts': 'processes of this system',
  'effects.decisions': 'of calls of the ledger; the journals have them too',
  'effects.tool_leases': 'calls that go on',
  'effects.tool_rates': 'what tools were asked for in this minute',
  'effects.tool_cache': 'results that may be had again',
  'effects.kept_results': 'texts of calls of the ledger, kept for a while',
  'effects.builtin_tools': 'offered anew by every host',
  'effects.tool_server_logins': 'secrets',
  'effects.tool_server_logs': 'what programs of this system wrote',
  'effects.questions': 'of calls of the ledger',
  'effects.bundle_parts': 'lines on their way in',
};
