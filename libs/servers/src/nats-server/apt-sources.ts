/** A package archive that this machine already uses. */
export interface AptSource {
  uri: string;
  suites: readonly string[];
  components: readonly string[];
  /** The keyring that signs it, when the source names one. */
  signedBy?: string;
}

/** Reads a classic `sources.list`: one archive a line, `deb [options] uri suite component…`. Source: sources.list(5). */
export function parseOneLineSources(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    const [, options = '', uri, suite, components = ''] = match ?? [];
    if (!uri || !suite) return [];
    const signedBy = /signed-by=(\S+)/i.exec(options)?.[1];
    return [{ uri, suites: [suite], components: words(components), ...(signedBy ? { signedBy } : {}) }];
  });
}

/** Reads a deb822 `*.sources` file: stanzas of `Field: value`, continued by an indented line. Source: sources.list(5). */
export function parseDeb822Sources(text: string): AptSource[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map<string, string>();
    let current = '';
    for (const line of stanza.split('\n')) {
      if (line.startsWith('#')) continue;
      const field = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
      if (field) {
        current = (field[1] ?? '').toLowerCase();
        fields.set(current, field[2] ?? '');
      } else if (/^\s/.test(line) && current) {
        fields.set(current, `${fields.get(current) ?? ''} ${line.trim()}`);
      }
    }
    const list = (name: string) => words(fields.get(name) ?? '');
    if (!list('types').includes('deb') || fields.get('enabled')?.trim().toLowerCase() === 'no') return [];
    // An embedded key spans lines and is no path; the machine's trusted keys are used then.
    const signedBy = list('signed-by').find((path) => path.startsWith('/'));
    const rest = { suites: list('suites'), components: list('components'), ...(signedBy ? { signedBy } : {}) };
    return list('uris').map((uri) => ({ uri, ...rest }));
  });
}

/**
 * The sources file for the same archive's newer suites: the archive that serves the release's own suite (`bookworm`, not
 * `bookworm-security`), asked for other suites. Empty when the machine has no such archive.
 */
export function newerSuites(sources: readonly AptSource[], codename: string, suites: readonly string[]): string[] {
  const own = sources.find(({ suites: has }) => has.includes(codename) || has.includes('stable'));
  if (!own) return [];
  const options = own.signedBy ? `[signed-by=${own.signedBy}] ` : '';
  const components = own.components.join(' ');
  return suites.map((suite) => `deb ${options}${own.uri} ${suite} ${components}`);
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
