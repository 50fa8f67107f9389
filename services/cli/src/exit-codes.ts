/** What the command's exit status says; scripts rely on it. */
export const EXIT = {
  ok: 0,
  /** What was asked for failed: the run ended in failure, a check of the doctor did, a case did not pass its gate. */
  failed: 1,
  /** The command line, a file or a definition is wrong. */
  usage: 2,
  notFound: 3,
  /** No system answers there. */
  unreachable: 4,
  /** The key is missing, wrong, or may not do this. */
  forbidden: 5,
  /** It contradicts what is there: another task under the same key, a run that has ended. */
  conflict: 6,
  /** A gate that has neither proof for nor against: there were too few cases, or it was stopped. */
  undecided: 7,
  interrupted: 130,
} as const;

export function exitCodeOf(code: string): number {
  if (code.startsWith('key.') || code === 'system.not_yours') return EXIT.forbidden;
  if (/[._]not_found$/.test(code)) return EXIT.notFound;
  if (/^probe\.(url_invalid|model_needed)$/.test(code)) return EXIT.usage;
  if (
    /^(contract|config|definition|usage|suite|catalogue)\.|\.invalid$|\.too_large$|\.invalid_arguments$|\.invalid_answer$|\.unsupported/.test(
      code,
    )
  )
    return EXIT.usage;
  if (
    /\.conflict$|already_ended$|already_answered$|^question\.answered$|asks_nothing$|input_limit$|not_waiting$|^effect\.(not_unknown|decided|attempt_changed)$|\.same_(?:backend|version)$|\.switch_limit$|\.fork_open_calls$|\.fork_past_end$|\.effect_unknown$|\.busy$|already_running$|data_in_use$/.test(
      code,
    )
  )
    return EXIT.conflict;
  if (/unreachable$|unavailable$|not_running$|\.timeout$/.test(code)) return EXIT.unreachable;
  return EXIT.failed;
}
