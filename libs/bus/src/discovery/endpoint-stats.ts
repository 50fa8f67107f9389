/** Counts of one endpoint since it began to listen; times in nanoseconds. */
export class EndpointStats {
  requests = 0;
  errors = 0;
  lastError = '';
  nanos = 0;

  record(nanos: number, errorCode: string | undefined): void {
    this.requests++;
    this.nanos += nanos;
    if (errorCode === undefined) return;
    this.errors++;
    this.lastError = errorCode;
  }

  get averageNanos(): number {
    return this.requests === 0 ? 0 : Math.round(this.nanos / this.requests);
  }
}
