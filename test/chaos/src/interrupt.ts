/** A terminal's Ctrl-C comes from the terminal and from npm: what follows so soon is the same one. */
const SAME_MS = 2_000;

export interface Interrupts {
  enough: AbortSignal;
  abandon: AbortSignal;
}

/** The first Ctrl-C (or SIGTERM) means that it is enough, the second that nothing is to be waited for. */
export function onInterrupt(say: (line: string) => void): Interrupts {
  const enough = new AbortController();
  const abandon = new AbortController();
  let first = 0;
  const interrupted = (): void => {
    if (first === 0) {
      first = Date.now();
      say('Enough: nothing more begins; the report follows when what is under way has ended. Once more: at once.');
      enough.abort();
    } else if (Date.now() - first > SAME_MS) abandon.abort();
  };
  process.on('SIGINT', interrupted);
  process.on('SIGTERM', interrupted);
  return { enough: enough.signal, abandon: abandon.signal };
}
