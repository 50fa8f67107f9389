/** What is written in a way that says what it is, and the words by which tools speak of it. */
const HINTS: readonly [written: RegExp, words: string][] = [
  [
    /(?:^|[\s"'`(])(?:[\w.-]*\/)*[\w-]+\.(?:md|txt|ya?ml|json|csv|pdf|docx?|xlsx?|png|jpe?g|ts|js|py|html?|log|toml|ini|zip)\b/iu,
    'file',
  ],
  [/\bhttps?:\/\/|\bwww\.|\b[a-z0-9-]+\.(?:com|org|net|io|dev|app|de|fr|co)\b/iu, 'url page'],
  [/[\w.+-]+@[\w-]+\.\w+/u, 'email contact'],
  [/(?:^|\s)#[a-z][\w-]*/u, 'channel message'],
  [/(?:^|\s)#\d+\b|\b[A-Z][A-Z0-9]+-\d+\b/u, 'issue'],
  [/\b(?:PR|MR)s?\b/u, 'pull request'],
  [/\b\d{1,2}(?::\d{2})?\s*(?:am|pm)\b|\b\d{1,2}:\d{2}\b|\bo['’]clock\b/iu, 'event time'],
  [/[$€£¥]\s*\d|\b\d+\s*(?:usd|eur|gbp|dollars?|euros?|pounds?)\b/iu, 'amount price'],
  [/\+\d[\d\s-]{6,}\d/u, 'phone number'],
  [/-?\d{1,3}\.\d{3,},\s*-?\d{1,3}\.\d{3,}/u, 'coordinates location'],
];

/** Words that a request means without saying them: "what is in notes.md" is about a file. Pure. */
export function hintsOf(request: string): string {
  return HINTS.flatMap(([written, words]) => (written.test(request) ? [words] : [])).join(' ');
}
