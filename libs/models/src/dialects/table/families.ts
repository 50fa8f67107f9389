/** Every dialect there is. */
export * from './json-marks.js';
export * from './tags.js';
export * from './records.js';
export * from './python.js';
export * from './notations.js';
