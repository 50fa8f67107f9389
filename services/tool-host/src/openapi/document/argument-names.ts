/** Longer ones are refused by providers (Anthropic, 64; OpenAI, 64). */
const MAX_LENGTH = 60;

/**
 * Gives every parameter of an operation a name of its own among the tool's arguments, in letters that every model API takes.
 * The first of several with one name keeps it, `id`; the others say where they stand, `id_in_query`.
 */
export class ArgumentNames {
  private readonly taken = new Set<string>();

  give(name: string, place: string): string {
    const plain = plainName(name) || place;
    const found = [plain, `${plain}_in_${place}`].find((each) => !this.taken.has(each)) ?? this.numbered(plain);
    this.taken.add(found);
    return found;
  }

  private numbered(plain: string): string {
    for (let number = 2; ; number++) if (!this.taken.has(`${plain}_${number}`)) return `${plain}_${number}`;
  }
}

/** `filter[name]` → `filter_name`, `$top` → `top`. */
function plainName(name: string): string {
  return name
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, MAX_LENGTH);
}
