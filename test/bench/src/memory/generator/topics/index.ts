import { FAMILY } from './family.js';
import { HEALTH } from './health.js';
import { HOME } from './home.js';
import { LEISURE } from './leisure.js';
import { SOFTWARE } from './software.js';
import { THINGS } from './things.js';
import type { Topic } from './topic.js';
import { WORK } from './work.js';

/** All that is told and asked for. */
export const TOPICS: readonly Topic[] = [...HOME, ...WORK, ...SOFTWARE, ...FAMILY, ...HEALTH, ...LEISURE, ...THINGS];
