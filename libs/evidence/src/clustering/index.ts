export { adjustedRandIndex } from './adjusted-rand.js';
export { averageLinkage, type Merge } from './average-linkage.js';
export { groupAlike, type Grouping, type GroupingOptions, type Groupings } from './group-alike.js';
export { meanSilhouette, UNLIKE } from './silhouette.js';
export { Similarities } from './similarities.js';
