import { SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';
import { validateArguments } from '@switchyard/models';
import type { Answer, Question } from '../tools/call-input.js';

const ACTIONS = ['accept', 'decline', 'cancel'] as const;

/** An answer as a person gives it: unchecked. */
export interface GivenAnswer {
  /** '' where there is one question only. */
  id: string;
  /** '' for accept. */
  action: string;
  content: JsonObject | undefined;
}

/**
 * Answers to all questions of a round, in their order, with the defaults of the schema where nothing is said.
 *
 * @throws SwitchyardError `question.invalid_answer` saying what is wrong with which
 */
export function checkAnswers(questions: readonly Question[], given: readonly GivenAnswer[]): Answer[] {
  const [only] = questions;
  const ids = new Set(questions.map(({ id }) => id));
  const named = given.map((answer) =>
    answer.id === '' && questions.length === 1 && only ? { ...answer, id: only.id } : answer,
  );
  const strange = named.find(({ id }) => !ids.has(id));
  if (strange) throw invalid(strange.id, `is no question here; there are ${[...ids].join(', ')}`);
  return questions.map((question) => {
    const [answer, ...others] = named.filter(({ id }) => id === question.id);
    if (!answer) throw invalid(question.id, 'has no answer; all questions are answered at once');
    if (others.length > 0) throw invalid(question.id, 'has two answers');
    return checked(question, answer);
  });
}

function checked({ id, schema }: Question, { action: said, content = {} }: GivenAnswer): Answer {
  const action = ACTIONS.find((known) => known === (said || 'accept'));
  if (!action) throw invalid(id, `has the action "${said.slice(0, 64)}", which is none of ${ACTIONS.join(', ')}`);
  if (action !== 'accept' || !schema) return { id, action };
  const filled = { ...defaultsOf(schema), ...content };
  const verdict = validateArguments(schema, filled);
  if (!verdict.ok) throw invalid(id, `does not fit what is asked for: ${verdict.reason}`);
  return { id, action, content: filled };
}

function defaultsOf({ properties }: JsonObject): JsonObject {
  const entries = Object.entries(isObject(properties) ? properties : {});
  return Object.fromEntries(
    entries.flatMap(([name, property]) =>
      isObject(property) && property['default'] !== undefined ? [[name, property['default']]] : [],
    ),
  );
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(id: string, what: string): SwitchyardError {
  return new SwitchyardError('question.invalid_answer', `"${id.slice(0, 64)}" ${what}.`, {
    details: { question: id.slice(0, 64) },
  });
}
