import type { Experiment } from '../experiment.js';
import { callIds, reasoningReplay, userAfterResults } from './call-ids.js';
import { instructions } from './instructions.js';
import { finishWord, statedLimit } from './limits.js';
import { parallelCalls } from './parallel-calls.js';
import { settings } from './settings.js';
import { streaming } from './streaming.js';
import { structuredAnswers } from './structured-answers.js';
import { toolCall } from './tool-call.js';
import { toolChoices } from './tool-choices.js';
import { toolSchemas } from './tool-schemas.js';
import { vision } from './vision.js';

/** What is asked, the most telling first: whatever the requests do not suffice for is at the end. */
export const BATTERY: readonly Experiment[] = [
  streaming,
  toolCall,
  statedLimit,
  callIds,
  instructions,
  parallelCalls,
  userAfterResults,
  settings,
  toolSchemas,
  ...toolChoices,
  structuredAnswers,
  finishWord,
  vision,
  reasoningReplay,
];

/** What is never asked, and why. */
export const NEVER_TRIED: readonly { field: string; why: string }[] = [
  { field: 'overflow', why: 'the window would have to be filled, which is paid' },
  { field: 'usage.inputIncludesCached', why: 'prompts as short as these are cached nowhere' },
  { field: 'tools.max', why: 'a hundred tools would have to be sent' },
];
