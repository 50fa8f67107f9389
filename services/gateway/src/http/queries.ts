import { z } from 'zod';

/** Parameters that many routes share. */
export const limit = (most: number, usual: number) =>
  z.coerce.number().int().min(1).max(most).optional().describe(`At most ${most}; ${usual} where absent.`);
/** Without NUL, which no database takes. */
export const text = (description: string) =>
  z
    .string()
    .max(512)
    .regex(/^[^\0]*$/, 'has a NUL character')
    .optional()
    .describe(description);
/** May be given several times. */
export const texts = (description: string) => {
  const one = z
    .string()
    .max(512)
    .regex(/^[^\0]*$/, 'has a NUL character');
  return z
    .union([one, z.array(one).max(32)])
    .optional()
    .describe(`${description} May be given several times.`);
};
/** A moment, with its zone. */
export const moment = (description: string) => z.iso.datetime({ offset: true }).optional().describe(description);

/** What `texts` gave, as a list. */
export function listOf(given: string | string[] | undefined): string[] {
  if (given === undefined) return [];
  return typeof given === 'string' ? [given] : given;
}
