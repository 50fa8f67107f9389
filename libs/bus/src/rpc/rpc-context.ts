/** What an RPC handler knows of the request besides its content; the second argument of every `@Rpc` handler. */
export interface RpcContext {
  readonly subject: string;
  /** Header names as they were sent. */
  readonly headers: Readonly<Record<string, string>>;
  /** Aborted when the process stops and the grace is over. */
  readonly signal: AbortSignal;
}
