/** How letters are given another try. */
export interface RedriveOrder {
  /** Where to; empty: where they were. */
  backend: string;
  actor: string;
  /** Only says what would be done. */
  dryRun: boolean;
}
