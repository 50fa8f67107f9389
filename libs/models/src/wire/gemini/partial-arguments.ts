import { MAX_ARGUMENT_LEVELS } from '../../calls/raw-call.js';
import type { JsonObject, JsonValue } from '../../json.js';

type Node =
  | { kind: 'leaf'; value: JsonValue; open: boolean }
  | { kind: 'object'; members: Map<string, Node> }
  | { kind: 'array'; items: Node[] };

const VALUES = ['stringValue', 'numberValue', 'boolValue', 'nullValue'] as const;

/**
 * Arguments that Vertex streams value by value: `{jsonPath: "$.a[0].b", stringValue: "Pa", willContinue: true}`. A string
 * goes on at its path until a piece says otherwise. Whatever has more than one meaning (a value for a path that has one, a
 * list with a gap, a path or a value of an unknown form) breaks the whole: it is never put right.
 */
export class PartialArguments {
  private readonly root: Extract<Node, { kind: 'object' }> = { kind: 'object', members: new Map() };
  private broken = false;

  get isEmpty(): boolean {
    return this.root.members.size === 0;
  }

  /** Arguments that came whole, before or instead of pieces. */
  addWhole(args: JsonObject): void {
    if (!this.isEmpty) this.break();
    for (const [key, value] of Object.entries(args)) {
      if (value !== undefined) this.root.members.set(key, { kind: 'leaf', value, open: false });
    }
  }

  addPiece(piece: JsonObject): void {
    const path = parsePath(piece['jsonPath']);
    const given = VALUES.filter((name) => piece[name] !== undefined);
    if (path === undefined || given.length > 1) return this.break();
    const name = given[0];
    const value = name === undefined ? undefined : valueOf(name, piece[name]);
    if (name !== undefined && value === undefined) return this.break();
    this.put(path, value, piece['willContinue'] === true);
  }

  break(): void {
    this.broken = true;
  }

  /** The call is over: its arguments as JSON, or text that is none if they are not certain. */
  finish(): string {
    return this.broken || isOpen(this.root) ? this.unfinished() : JSON.stringify(plain(this.root));
  }

  /** What there is so far, as text that no parser takes for whole. */
  unfinished(): string {
    return JSON.stringify(plain(this.root)).slice(0, -1);
  }

  private put(path: readonly (string | number)[], value: JsonValue | undefined, continues: boolean): void {
    let node: Node = this.root;
    for (const [index, step] of path.entries()) {
      const known: Node | undefined = childOf(node, step);
      if (known !== undefined) {
        node = known;
        continue;
      }
      const next = path[index + 1];
      const isLast = next === undefined;
      // A piece without a value only closes what is open.
      if (isLast && value === undefined) return continues ? undefined : this.break();
      const fresh: Node = isLast
        ? { kind: 'leaf', value: value ?? null, open: continues }
        : typeof next === 'number'
          ? { kind: 'array', items: [] }
          : { kind: 'object', members: new Map() };
      if (!addChild(node, step, fresh)) return this.break();
      if (isLast) return undefined;
      node = fresh;
    }
    if (node.kind !== 'leaf' || !node.open) return this.break();
    if (value !== undefined) {
      if (typeof node.value !== 'string' || typeof value !== 'string') return this.break();
      node.value += value;
    }
    node.open = continues;
  }
}

/** RFC 9535, as far as it names one value: `$.a`, `[0]`, `['a b']`, `["a b"]`. */
function parsePath(text: JsonValue | undefined): (string | number)[] | undefined {
  if (typeof text !== 'string' || !text.startsWith('$')) return undefined;
  const step = /\.([^.[\]'"\s]+)|\[(\d{1,9})\]|\[("(?:[^"\\]|\\.)*")\]|\['((?:[^'\\]|\\.)*)'\]/y;
  step.lastIndex = 1;
  const path: (string | number)[] = [];
  while (step.lastIndex < text.length) {
    const match = step.exec(text);
    if (match === null) return undefined;
    const [, member, index, double, single] = match;
    const key = index === undefined ? (member ?? quoted(double, single)) : Number(index);
    if (key === undefined) return undefined;
    path.push(key);
  }
  return path.length === 0 || path.length > MAX_ARGUMENT_LEVELS ? undefined : path;
}

function quoted(double: string | undefined, single: string | undefined): string | undefined {
  const json = double ?? `"${(single ?? '').replaceAll(String.raw`\'`, "'").replaceAll('"', String.raw`\"`)}"`;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : undefined;
  } catch {
    // No string: the path is of a form that is not understood.
    return undefined;
  }
}

function valueOf(name: (typeof VALUES)[number], value: JsonValue | undefined): JsonValue | undefined {
  switch (name) {
    case 'stringValue':
      return typeof value === 'string' ? value : undefined;
    case 'numberValue':
      return typeof value === 'number' ? value : undefined;
    case 'boolValue':
      return typeof value === 'boolean' ? value : undefined;
    case 'nullValue':
      return null;
  }
}

function childOf(node: Node, step: string | number): Node | undefined {
  if (node.kind === 'object' && typeof step === 'string') return node.members.get(step);
  if (node.kind === 'array' && typeof step === 'number') return node.items[step];
  return undefined;
}

function addChild(node: Node, step: string | number, child: Node): boolean {
  if (node.kind === 'object' && typeof step === 'string') {
    node.members.set(step, child);
    return true;
  }
  if (node.kind !== 'array' || step !== node.items.length) return false;
  node.items.push(child);
  return true;
}

function isOpen(node: Node): boolean {
  if (node.kind === 'leaf') return node.open;
  return (node.kind === 'array' ? node.items : [...node.members.values()]).some(isOpen);
}

function plain(node: Node): JsonValue {
  if (node.kind === 'leaf') return node.value;
  if (node.kind === 'array') return node.items.map(plain);
  // Not by assignment: a member may be called __proto__.
  return Object.fromEntries([...node.members].map(([key, child]) => [key, plain(child)]));
}
