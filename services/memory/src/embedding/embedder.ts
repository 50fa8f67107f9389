/** Puts texts into a space in which near means alike. */
export interface Embedder {
  /** Names the space: vectors of different versions are never compared. */
  readonly version: string;
  readonly dimensions: number;
  /**
   * One vector of length one for each text, in order. Urgent texts (queries) go before those that wait.
   *
   * @throws SwitchyardError `memory.embedder.unavailable` (retryable), `memory.embedder.invalid` (it is not what it was set up as),
   *   `memory.embedder.text.invalid` (it will not have one of the texts)
   */
  embed(texts: readonly string[], options?: { urgent?: boolean }): Promise<Float32Array[]>;
  close(): Promise<void>;
}
