import { SwitchyardError } from '@switchyard/contracts';
import type { Detector } from '../detectors/detector.js';
import { email } from '../detectors/email.js';
import { iban } from '../detectors/iban.js';
import { ipAddress } from '../detectors/ip-address.js';
import { creditCard } from '../detectors/payment-card.js';
import { phone } from '../detectors/phone.js';
import { secretText } from './secret-text.js';

/** Where two overlap as far, the earlier one names the place. */
const DETECTORS = {
  secret: secretText,
  iban,
  card: creditCard,
  email,
  ip: ipAddress,
  phone,
} as const satisfies Readonly<Record<string, Detector>>;

export type Kind = keyof typeof DETECTORS;
export const KINDS = Object.keys(DETECTORS) as readonly Kind[];
/** In place of kinds: nothing is taken out. */
const NOTHING = 'none';
/** Unknown kinds that a message names, and characters of each. */
const [LISTED, SHOWN] = [5, 64];

export function detectorOf(kind: Kind): Detector {
  return DETECTORS[kind];
}

/** @returns all of them for an empty list. @throws SwitchyardError `draft.invalid` */
export function readKinds(given: readonly string[]): readonly Kind[] {
  if (given.length === 0) return KINDS;
  if (given.length === 1 && given[0] === NOTHING) return [];
  const unknown = given.filter((kind) => !isKind(kind)).map((kind) => kind.slice(0, SHOWN));
  if (unknown.length === 0) return KINDS.filter((kind) => given.includes(kind));
  throw new SwitchyardError(
    'draft.invalid',
    unknown.includes(NOTHING)
      ? `"${NOTHING}" stands alone: give the kinds to redact (${KINDS.join(', ')}), or only "${NOTHING}".`
      : `Nothing is known of the kind ${unknown
          .slice(0, LISTED)
          .map((kind) => JSON.stringify(kind))
          .join(', ')}. Redact ${KINDS.join(', ')}, "${NOTHING}", or leave it out for all.`,
    { details: { unknown: unknown.slice(0, LISTED) } },
  );
}

function isKind(text: string): text is Kind {
  return Object.hasOwn(DETECTORS, text);
}
