import { dialectOf } from '@switchyard/models';

/** How a server without a parser answers: reasoning and calls stand in the text, as the model wrote them. */
export interface WrittenForm {
  /** A name of `DIALECT_NAMES`. */
  dialect: string;
  /** The prompt opened the reasoning already: only its end is written. */
  opened?: boolean;
  /** Characters of one streamed piece. Default 4. */
  pieceLength?: number;
}

const DEFAULT_PIECE = 4;

export function pieceLengthOf({ pieceLength = DEFAULT_PIECE }: WrittenForm): number {
  return Math.max(1, Math.floor(pieceLength));
}

/**
 * Reads a form from a header or from a model id: `hermes`, `glm-4.7;opened;pieceLength=1`. Undefined if it names no dialect,
 * so that a model id with an at sign stays a model id.
 */
export function parseForm(text: string): WrittenForm | undefined {
  const [dialect = '', ...settings] = text.split(';').map((part) => part.trim());
  if (dialectOf(dialect) === undefined) return undefined;
  const form: WrittenForm = { dialect };
  for (const setting of settings) {
    const [key, value] = setting.split('=');
    if (key === 'opened') form.opened = true;
    if (key === 'pieceLength' && Number.isFinite(Number(value))) form.pieceLength = Number(value);
  }
  return form;
}

/** The form within a model id: `switchyard-simulator@hermes`, before the fault if there is one. */
export function formOfModel(model: string): WrittenForm | undefined {
  const at = model.lastIndexOf('@');
  return at < 0 ? undefined : parseForm(model.slice(at + 1).split('+', 1)[0] ?? '');
}

/** The model id that asks for a form. */
export function modelOfForm(model: string, { dialect, opened = false, pieceLength }: WrittenForm): string {
  return `${model}@${dialect}${opened ? ';opened' : ''}${pieceLength === undefined ? '' : `;pieceLength=${pieceLength}`}`;
}

/** @throws RangeError where the form names no dialect: a setting of the simulator's own is a mistake then */
export function checkedForm(form: WrittenForm | null | undefined): WrittenForm | undefined {
  if (form === null || form === undefined) return undefined;
  if (dialectOf(form.dialect) === undefined)
    throw new RangeError(`The simulator knows no dialect "${form.dialect}": take one of DIALECT_NAMES.`);
  return form;
}
