/** One thing that a user wants, as far as rules can tell. */
export type Intent =
  | { kind: 'calculate'; expression: string; label: string }
  /** `place` is empty for here. */
  | { kind: 'time'; place: string }
  | { kind: 'read_file'; path: string; summarise: boolean; question: string }
  /** `content` is meant word for word. */
  | { kind: 'write_file'; path: string; content: string }
  | { kind: 'list_files'; path: string }
  | { kind: 'fetch'; url: string; summarise: boolean }
  | { kind: 'remember'; fact: string }
  | { kind: 'recall'; question: string }
  /** `id` is empty until the memory has been found. */
  | { kind: 'forget'; what: string; id: string };

export type IntentKind = Intent['kind'];
