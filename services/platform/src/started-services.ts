/** The services of a system, however they were started. */
export interface StartedServices {
  gatewayUrl: string;
  stop(): Promise<void>;
  /** Settles when one ended by itself for good. */
  failed: Promise<Error>;
}

export interface StartServicesOptions {
  env: Readonly<Record<string, string | undefined>>;
  dataDir: string;
  gatewayPort: number;
  /** Processes of each service, where they are separate. */
  replicas: number;
  progress: (line: string) => void;
  signal: AbortSignal;
}
