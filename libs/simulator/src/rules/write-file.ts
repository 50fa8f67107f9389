const PATH = String.raw`(?:"([^"\n]+\.\w{1,8})"|'([^'\n]+\.\w{1,8})'|((?:\.{0,2}\/)?[\w./-]*\w\.[A-Za-z]\w{0,7}))`;
const FILE = String.raw`(?:(?:the|a|an|my)\s+)?(?:new\s+)?(?:file\s+)?(?:called\s+|named\s+)?${PATH}`;
const POLITE = String.raw`^\W*(?:please\s+|(?:can|could|will|would) you\s+(?:please\s+)?)*`;
const END = String.raw`(?:,?\s+please)?[.!?\s]*$`;
const CONTENT_FIRST = new RegExp(`${POLITE}(?:write|save|store|put)\\s+(.+)\\s+(?:in|to|into)\\s+${FILE}${END}`, 'is');
const FILE_FIRST = new RegExp(
  `${POLITE}(?:(?:write|save)\\s+(?:in|to|into)|create)\\s+${FILE}(?:\\s*:\\s*|\\s+(?:with|containing)\\s+(?:the\\s+(?:contents?|text)\\s+)?)(.+)$`,
  'is',
);
/** What begins so is to be made up or looked up, which rules cannot: "a poem about trains", "the result", "it". */
const DESCRIBES = /^(?:a|an|the|some|your|my|our|all|it|this|that|these|them|what|how|something|down)\b/i;

/** A clause that has a file written. */
export function asksToWrite(clause: string): boolean {
  return CONTENT_FIRST.test(clause) || FILE_FIRST.test(clause);
}

/** The file and what is to stand in it, word for word; undefined if it is only described. */
export function readWrite(clause: string): { path: string; content: string } | undefined {
  const first = CONTENT_FIRST.exec(clause);
  const second = first === null ? FILE_FIRST.exec(clause) : null;
  const path = (first?.slice(2) ?? second?.slice(1, 4))?.find((group) => group !== undefined);
  const said = (first?.[1] ?? second?.[4])?.trim();
  if (path === undefined || said === undefined) return undefined;
  const quoted = /^(?:(?:the\s+)?(?:text|words?|line|contents?)\s+)?(["'`“])(.+)["'`”][.!]?$/is.exec(said)?.[2];
  if (quoted !== undefined) return { path, content: quoted };
  return DESCRIBES.test(said) ? undefined : { path, content: said };
}
