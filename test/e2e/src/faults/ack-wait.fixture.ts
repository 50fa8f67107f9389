/** What a killed process held comes again after so long, in milliseconds, and not after half a minute as is usual. */
export const ACK_WAIT_MS = 6_000;

/** For `System.start`, where processes are killed. */
export const SOON_AGAIN = { SWITCHYARD_ACK_WAIT_MS: String(ACK_WAIT_MS) } as const;
