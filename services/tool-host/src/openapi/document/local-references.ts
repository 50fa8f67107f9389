import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { DocumentFault } from './document-fault.js';
import { isObject, objectOf, own, textOf } from './json.js';

/** References that lead to references: real documents have two or three. */
const MAX_HOPS = 16;

/** What `$ref` means in a document. Only its own parts are found: nothing is ever fetched or read from a file. */
export class LocalReferences {
  constructor(readonly document: JsonObject) {}

  /** @throws DocumentFault for a reference to anything but a part of this document */
  at(reference: string): JsonValue {
    if (!reference.startsWith('#'))
      throw new DocumentFault(`it refers to another document, "${shown(reference)}", and none is ever fetched`);
    const pointer = decoded(reference.slice(1));
    if (pointer !== '' && !pointer.startsWith('/'))
      throw new DocumentFault(`it refers to "${shown(reference)}", which is no pointer into the document`);
    let value: JsonValue | undefined = this.document;
    for (const segment of pointer.split('/').slice(1)) {
      const key = segment.replaceAll('~1', '/').replaceAll('~0', '~');
      if (Array.isArray(value)) value = /^\d{1,9}$/.test(key) ? value[Number(key)] : undefined;
      else value = isObject(value) ? own(value, key) : undefined;
    }
    if (value === undefined) throw new DocumentFault(`it refers to "${shown(reference)}", which is not there`);
    return value;
  }

  /**
   * An object, or what it refers to, however many steps away.
   *
   * @throws DocumentFault where that is nothing, or only itself
   */
  follow(value: JsonValue | undefined): JsonObject {
    let found = value;
    for (let hop = 0; hop <= MAX_HOPS; hop++) {
      const reference = textOf(objectOf(found)['$ref']);
      if (reference === '') return objectOf(found);
      found = this.at(reference);
    }
    throw new DocumentFault('it refers to what only refers back to itself');
  }
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    // A stray per cent sign is part of a name, not an escape.
    return fragment;
  }
}

function shown(reference: string): string {
  return reference.slice(0, 200);
}
