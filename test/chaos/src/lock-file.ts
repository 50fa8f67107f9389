/** The part of npm's package-lock.json that says what is installed. */
export interface LockFile {
  packages: Readonly<Record<string, { version?: string; link?: boolean }>>;
}

/** Whether all that the one needs from outside is there in the other, at the same place and in the same version. */
export function sameDependencies(wanted: LockFile, there: LockFile): boolean {
  return Object.entries(wanted.packages).every(
    ([place, { version, link }]) =>
      link === true || !place.includes('node_modules/') || there.packages[place]?.version === version,
  );
}
