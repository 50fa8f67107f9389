export interface Gate {
  /** Settled when somebody opens it. */
  opened: Promise<void>;
  open: () => void;
}

/** A promise that the test settles. */
export function gate(): Gate {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
