type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without what was not given: an absent field and `undefined` are not the same to a message. */
export function given<T extends object>(values: T): Partial<Given<T>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<Given<T>>;
}
