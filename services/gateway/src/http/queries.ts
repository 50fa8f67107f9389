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
