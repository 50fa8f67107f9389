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
  progress: (line: string) => void;
}
