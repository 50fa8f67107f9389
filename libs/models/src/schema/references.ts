import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';
import { own, subschemasOf } from './keywords.js';
import { SchemaRefusal } from './projection.js';

/** Where a reference leads. */
export interface Target {
  schema: JsonValue;
  /** What `#` means within it. */
  resource: JsonObject;
}

/**
 * The local references of a schema: by pointer, by `$anchor`, and by an `$id` within the document. Nothing is ever fetched.
 * Tells which targets lead back to themselves: those cannot be written out in place.
 */
export class References {
  private readonly byId = new Map<string, JsonObject>();
  private readonly byAnchor = new Map<JsonObject, Map<string, JsonObject>>();
  private readonly names = new Map<JsonObject, string>();
  private readonly recursive: ReadonlySet<JsonObject>;

  constructor(private readonly root: JsonObject) {
    this.index();
    this.recursive = this.findRecursive();
  }

  /** Throws a refusal for what is not in the document. */
  resolve(reference: string, resource: JsonObject, path: string): Target {
    const hash = reference.indexOf('#');
    const document = hash < 0 ? reference : reference.slice(0, hash);
    const fragment = decodeFragment(hash < 0 ? '' : reference.slice(hash + 1));
    const base = document === '' ? resource : this.byId.get(document);
    if (base === undefined)
      throw new SchemaRefusal('remote_reference', path, `"${reference}" is another document, and none is fetched.`);
    if (fragment === '') return { schema: base, resource: base };
    if (fragment.startsWith('/')) return this.atPointer(base, fragment, reference, path);
    const anchored = this.byAnchor.get(base)?.get(fragment);
    if (anchored === undefined) throw dangling(reference, path);
    return { schema: anchored, resource: base };
  }

  isRecursive(target: JsonValue): target is JsonObject {
    return isJsonObject(target) && this.recursive.has(target);
  }

  /** The name of a recursive target among the definitions: the author's, as far as every backend takes it. */
  nameOf(target: JsonObject, reference: string): string {
    const known = this.names.get(target);
    if (known !== undefined) return known;
    const last = reference.split(/[/#]/).at(-1) ?? '';
    const plain =
      (target === this.root ? '' : last)
        .replace(/[^a-zA-Z0-9_-]/g, '_')
        .replace(/^_+/, '')
        .slice(0, 40) || 'root';
    const taken = new Set(this.names.values());
    let name = plain;
    for (let count = 2; taken.has(name); count++) name = `${plain}_${count}`;
    this.names.set(target, name);
    return name;
  }

  private atPointer(base: JsonObject, pointer: string, reference: string, path: string): Target {
    let value: JsonValue | undefined = base;
    let resource = base;
    for (const segment of pointer.slice(1).split('/')) {
      const key = segment.replaceAll('~1', '/').replaceAll('~0', '~');
      if (Array.isArray(value)) value = /^\d+$/.test(key) ? value[Number(key)] : undefined;
      else value = isJsonObject(value) ? own(value, key) : undefined;
      if (isJsonObject(value) && typeof own(value, '$id') === 'string') resource = value;
    }
    if (value === undefined) throw dangling(reference, path);
    return { schema: value, resource };
  }

  private index(): void {
    for (const { schema, resource } of this.everySchema(this.root, true)) {
      const id = own(schema, '$id');
      if (typeof id === 'string' && !id.startsWith('#')) this.byId.set(id.replace(/#$/, ''), schema);
      const anchor = own(schema, '$anchor') ?? (typeof id === 'string' && id.startsWith('#') ? id.slice(1) : undefined);
      if (typeof anchor !== 'string') continue;
      const anchors = this.byAnchor.get(resource) ?? new Map<string, JsonObject>();
      this.byAnchor.set(resource, anchors.set(anchor, schema));
    }
  }

  /** Every schema under one, with the document that its `#` means. */
  private *everySchema(
    from: JsonObject,
    definitions: boolean,
    within: JsonObject = this.root,
  ): Generator<{ schema: JsonObject; resource: JsonObject }> {
    const pending: { schema: JsonObject; resource: JsonObject }[] = [{ schema: from, resource: within }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const id = own(next.schema, '$id');
      const resource = typeof id === 'string' && !id.startsWith('#') ? next.schema : next.resource;
      yield { schema: next.schema, resource };
      const inner = subschemasOf(next.schema).map((each) => each.schema);
      if (definitions)
        for (const keyword of ['$defs', 'definitions']) {
          const held = own(next.schema, keyword);
          if (isJsonObject(held)) inner.push(...Object.values(held).filter(isJsonObject));
        }
      for (const schema of inner) if (isJsonObject(schema)) pending.push({ schema, resource });
    }
  }

  /** Targets on a cycle, or on a way from one cycle to another: what is left when all others have been taken away from both ends. */
  private findRecursive(): Set<JsonObject> {
    const leadsTo = this.targetGraph();
    const ledFrom = new Map<JsonObject, Set<JsonObject>>([...leadsTo.keys()].map((target) => [target, new Set()]));
    for (const [target, nexts] of leadsTo) for (const next of nexts) ledFrom.get(next)?.add(target);
    const left = new Set(leadsTo.keys());
    takeEndsAway(left, leadsTo, ledFrom);
    takeEndsAway(left, ledFrom, leadsTo);
    return left;
  }

  private targetGraph(): Map<JsonObject, Set<JsonObject>> {
    const leadsTo = new Map<JsonObject, Set<JsonObject>>();
    const pending: Target[] = [{ schema: this.root, resource: this.root }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (!isJsonObject(next.schema) || leadsTo.has(next.schema)) continue;
      const targets = new Set<JsonObject>();
      leadsTo.set(next.schema, targets);
      for (const { schema, resource } of this.everySchema(next.schema, false, next.resource)) {
        const reference = own(schema, '$ref');
        if (typeof reference !== 'string') continue;
        const target = this.resolve(reference, resource, '');
        if (isJsonObject(target.schema)) targets.add(target.schema);
        pending.push(target);
      }
    }
    return leadsTo;
  }
}

/** Takes away whatever has nothing left to lead to, and then what had only that, and so on. */
function takeEndsAway(
  left: Set<JsonObject>,
  leadsTo: ReadonlyMap<JsonObject, ReadonlySet<JsonObject>>,
  ledFrom: ReadonlyMap<JsonObject, ReadonlySet<JsonObject>>,
): void {
  const remaining = new Map(
    [...left].map((target) => [target, [...(leadsTo.get(target) ?? [])].filter((next) => left.has(next)).length]),
  );
  const ends = [...left].filter((target) => remaining.get(target) === 0);
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
    left.delete(end);
    for (const before of ledFrom.get(end) ?? []) {
      if (!left.has(before)) continue;
      const count = (remaining.get(before) ?? 0) - 1;
      remaining.set(before, count);
      if (count === 0) ends.push(before);
    }
  }
}

function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    // A stray per cent sign is part of a name, not an escape.
    return fragment;
  }
}

function dangling(reference: string, path: string): SchemaRefusal {
  return new SchemaRefusal('dangling_reference', path, `"${reference}" is not in the schema.`);
}
