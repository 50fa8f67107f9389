/** The key of a task's metadata that names its class: what the router routes it by, and the evaluator records it under. */
export const TASK_CLASS = 'task_class';
