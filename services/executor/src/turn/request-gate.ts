import type { ModelError } from '@switchyard/models';

/** What a request may come to at most, in tokens as they are counted here. */
export interface RequestEstimate {
  inputTokens: number;
  outputTokens: number;
}

/** Asked before each request of a turn, and told of each one that failed. */
export interface RequestGate {
  /** Resolves when the request may be sent. @throws what ends the turn instead */
  before(estimate: RequestEstimate): Promise<void>;
  failed(error: ModelError): void;
  /** No request of the turn follows, and there is no answer. */
  release(): Promise<void>;
}
