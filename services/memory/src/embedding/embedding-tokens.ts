/** Injects the embedder that is set, or undefined. */
export const EMBEDDER = Symbol('memory.embedder');
/** Injects that one, if any, and those before it whose vectors still serve. */
export const EMBEDDERS = Symbol('memory.embedders');
/** Injects the VectorIndex. */
export const VECTOR_INDEX = Symbol('memory.vector-index');
/** Injects the EmbeddingService, or undefined where there is no embedder. */
export const EMBEDDING = Symbol('memory.embedding');
