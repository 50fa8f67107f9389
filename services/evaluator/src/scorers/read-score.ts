import type { JsonValue } from '@switchyard/contracts';

export interface Score {
  /** 0 to 1. */
  score: number;
  /** Empty where none was given. */
  reason: string;
}

/** The score in what a tool or a model gave: `{score, reason}`, a number from 0 to 1, or true or false; undefined for all else. */
export function readScore(value: JsonValue | undefined): Score | undefined {
  if (typeof value === 'boolean') return { score: value ? 1 : 0, reason: '' };
  if (typeof value === 'number') return value >= 0 && value <= 1 ? { score: value, reason: '' } : undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { score, reason } = value;
  if (typeof score !== 'number' && typeof score !== 'boolean') return undefined;
  const read = readScore(score);
  return read && { ...read, reason: typeof reason === 'string' ? reason : '' };
}
