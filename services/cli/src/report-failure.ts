import { SwitchyardError, toErrorInfo } from '@switchyard/contracts';
import { exitCodeOf } from './exit-codes.js';
import { harmless, jsonText, red } from './output/style.js';

/** Says what went wrong on standard error, and with which exit status the command ends. */
export function reportFailure(error: unknown, json: boolean): number {
  const { code, message, retryable, details } = toErrorInfo(error);
  if (json) console.error(jsonText({ error: { code, message, retryable, ...(details ? { details } : {}) } }));
  else console.error(`${red('error')} ${harmless(message)} [${code}]`);
  if (!(error instanceof SwitchyardError) && process.env['SWITCHYARD_DEBUG']) console.error(error);
  return exitCodeOf(code);
}
