/** Bytes of a token, as GPT's and Llama's tokenizers have of English text; other scripts have fewer and are overestimated. */
const BYTES_PER_TOKEN = 4;
/** What stands around a memory in a prompt. */
const OVERHEAD = 4;

/** Tokens of a memory in a prompt, estimated. */
export function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN) + OVERHEAD;
}

/** The first hits whose texts fit into the budget together; one that is too long is left out, shorter ones may follow. 0: all. */
export function withinBudget<Hit extends { text: string }>(hits: readonly Hit[], budget: number): Hit[] {
  if (budget === 0) return [...hits];
  let used = 0;
  return hits.filter(({ text }) => {
    const tokens = tokensOf(text);
    if (used + tokens > budget) return false;
    used += tokens;
    return true;
  });
}
