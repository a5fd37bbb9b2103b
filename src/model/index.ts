export type { BatchFeeds, DeclaredTensor } from './batch-request.js';
export type { BatchableModel } from './batch-run.js';
export { Batcher, type BatcherOptions, type BatcherStats } from './batcher.js';
export type { Feed, TypedTensorLike } from './feeds.js';
export { type LoadModelOptions, loadModel } from './load-model.js';
export { type Feeds, Model, type ModelValue, type Results, type RunOptions } from './model.js';
export { ModelProfile, type ProfileRow } from './profile.js';
export { ModelSummary, type ModelSummaryRow } from './summary.js';
