import type { RecordKind } from '@switchyard/persistence';
import { SECRET_NAMES } from './secret-name.js';
import { TOOL_SERVERS } from './tool-server.js';
import { TOOL_SETTINGS } from './tool-settings.js';
import { TOOL_VERSIONS } from './tool-version.js';

/** What the tool host gives to a bundle, in the order in which it rests on each other. A new kind is a file here and its name in this list. */
export const TOOL_KINDS: readonly RecordKind[] = [SECRET_NAMES, TOOL_SERVERS, TOOL_VERSIONS, TOOL_SETTINGS];
