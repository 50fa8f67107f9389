/** One thing that was said. */
export interface Turn {
  id: string;
  text: string;
  speaker: string;
  occurredAt: Date;
  /** Who says it, where the speaker's name does not tell. */
  source?: 'user' | 'agent' | 'tool';
}

/** What was said at one sitting, in order. */
export interface Session {
  id: string;
  turns: Turn[];
}

/** A question and what answers it. */
export interface Question {
  text: string;
  category: string;
  /** What has to be found; each is found where any turn of its group is. */
  evidence: string[][];
  /** Of a question about what changed: where the value of now is said, and where those before it are. */
  update?: { current: string[]; superseded: string[] };
  /** Of a question to which two say different things: where who knows says it, and where others do, who are to stand below. */
  contradiction?: { trusted: string[]; doubted: string[] };
  /** The question is about what was so then. */
  asOf?: Date;
}

/** A conversation over time and what is asked of it afterwards. It has a scope of its own. */
export interface Conversation {
  id: string;
  sessions: Session[];
  questions: Question[];
}
