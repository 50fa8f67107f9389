/** With what a statement that reads begins. DECLARE … CURSOR FOR takes nothing else either. */
const READS = new Set(['select', 'with', 'values', 'table']);
/**
 * Functions that a read-only transaction does not stop: they reach files, other servers, other sessions, or wait. Source:
 * PostgreSQL 18, 9.28 (server control, generic file access), 9.30 (advisory locks), 33.3.4 (large objects), dblink, adminpack.
 */
const REFUSED =
  /^(?:pg_(?:read_(?:binary_)?file|ls_\w+|stat_file|sleep\w*|terminate_backend|cancel_backend|reload_conf|rotate_logfile|switch_wal|promote|(?:try_)?advisory_\w+|notify|logical_emit_message|file_\w+|export_snapshot|create_\w+|drop_\w+|replication_\w+|backup_\w+|wal_replay_\w+|stat_reset\w*|log_backend_memory_contexts|current_logfile)|lo_\w+|dblink\w*|set_config|query_to_xml\w*|cursor_to_xml\w*|table_to_xml\w*|schema_to_xml\w*|database_to_xml\w*|xpath_table|currval|setval|nextval|txid_\w+)$/;

/**
 * Why a statement may not be asked, or undefined. It is the second lock: the first is the server's, which runs it in a read-only
 * transaction, as the query of a cursor. Pure.
 */
export function whyNotRead(statement: string): string | undefined {
  const words = wordsOf(statement);
  if (typeof words === 'string') return words;
  const [first] = words;
  if (first === undefined) return 'it is empty';
  if (!READS.has(first))
    return `it begins with ${first.toUpperCase().slice(0, 32)}, and may only begin with SELECT, WITH, VALUES or TABLE`;
  const refused = words.find((word) => REFUSED.test(word));
  return refused === undefined ? undefined : `it uses ${refused.slice(0, 64)}, which does more than read`;
}

/**
 * What stands outside of texts and comments, in lower case; names in quotes without them. A text instead: what cannot be read.
 * Source: PostgreSQL 18, 4.1 (lexical structure).
 */
function wordsOf(statement: string): string[] | string {
  const words: string[] = [];
  let at = 0;
  while (at < statement.length) {
    const token = TOKENS.map((pattern) => matchAt(pattern, statement, at)).find((match) => match !== undefined);
    if (token === undefined) return 'a text, a name or a comment in it has no end';
    at += token.text.length;
    if (token.comment) {
      const end = endOfComment(statement, at);
      if (end === undefined) return 'a comment in it has no end';
      at = end;
    }
    if (token.dollar !== undefined) {
      const end = statement.indexOf(token.dollar, at);
      if (end < 0) return 'a text in it has no end';
      at = end + token.dollar.length;
    }
    if (token.word !== undefined) words.push(token.word.toLowerCase());
    if (token.text === ';') return 'it holds a semicolon; give one statement without';
    if (token.unicode) return 'it has a name with Unicode escapes';
  }
  return words;
}

interface Token {
  text: string;
  word?: string;
  dollar?: string;
  comment?: boolean;
  unicode?: boolean;
}

interface TokenPattern {
  pattern: RegExp;
  read: (match: RegExpExecArray) => Token;
}

/** The first that fits is it. Each begins where the one before it ended, and none goes back. */
const TOKENS: readonly TokenPattern[] = [
  { pattern: /--[^\n]*/y, read: ([text]) => ({ text }) },
  { pattern: /\/\*/y, read: ([text]) => ({ text, comment: true }) },
  { pattern: /[uU]&"/y, read: ([text]) => ({ text, unicode: true }) },
  // A backslash escapes only in E''. Any other text, and the rest of one with a doubled quote, is read as plain.
  { pattern: /[eE]'(?:[^'\\]|\\[^]|'')*'/y, read: ([text]) => ({ text }) },
  { pattern: /(?:[bBxXnN]|[uU]&)?'[^']*'/y, read: ([text]) => ({ text }) },
  { pattern: /"((?:[^"]|"")*)"/y, read: ([text, name = '']) => ({ text, word: name.replaceAll('""', '"') }) },
  { pattern: /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y, read: ([text]) => ({ text, dollar: text }) },
  { pattern: /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y, read: ([text]) => ({ text, word: text }) },
  { pattern: /[\d.][\w.]*/y, read: ([text]) => ({ text }) },
  { pattern: /[^'"]/y, read: ([text]) => ({ text }) },
];

function matchAt({ pattern, read }: TokenPattern, statement: string, at: number): Token | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(statement);
  return match ? read(match) : undefined;
}

/** Comments nest. */
function endOfComment(statement: string, from: number): number | undefined {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = from;
  for (let depth = 1, match = marks.exec(statement); match; match = marks.exec(statement)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return undefined;
}
