import { fill, names, sentence } from './fill.js';
import type { Step } from './life.js';
import type { Script } from './script.js';
import type { Seeded } from './seeded.js';
import { AGAIN, ASSISTANT, ECHOES, REPLIES, TOOL } from './topics/small-talk.js';
import type { Some, Topic } from './topics/topic.js';

/** A step with the turn that says it. */
export interface Said extends Step {
  turn: string;
  /** The turn says what was so before, too. */
  namesOld: boolean;
}

/** Who takes part, and what there is to talk about. */
export interface Setting {
  random: Seeded;
  script: Script;
  /** A sentence that says nothing. */
  chat(other: string): string;
}

/** How often the other one has to ask, and the answer is short. */
const PROMPTED = 0.2;
const ECHOED = 0.4;

/** Says one step of a fact of a person, as people do: with other things around it, and somebody who answers. */
export function tell(setting: Setting, topic: Topic, person: string, other: string, step: Step): Said {
  const { random, script } = setting;
  if (step.act === 'doubt') return doubt(setting, topic, person, other, step);
  const prompted = step.act !== 'retract' && random.chance(PROMPTED);
  if (prompted) script.say(step.session, other, random.pick(topic.prompt));
  const template = prompted ? random.pick(topic.short) : random.pick(templatesOf(topic, step));
  const opening = step.act === 'repeat' && !prompted ? fill(random.pick(AGAIN), { p: other }) : '';
  const said = fill(template, { v: step.value, o: step.old });
  const text = prompted ? sentence(said) : amid(setting, sentence(`${opening}${said}`), other);
  const turn = script.say(step.session, person, text);
  answer(setting, person, other, step);
  return { ...step, turn, namesOld: names(template, 'o') };
}

function templatesOf(topic: Topic, { act, old }: Step): Some {
  if (act === 'retract') return topic.retract;
  return act === 'change' && old !== '' ? topic.change : topic.tell;
}

function amid({ random, chat }: Setting, text: string, other: string): string {
  const place = random.below(4);
  if (place === 0) return text;
  return place === 1 ? `${chat(other)} ${text}` : `${text} ${chat(other)}`;
}

function answer({ random, script }: Setting, person: string, other: string, { session, value, act }: Step): void {
  if (act !== 'retract' && random.chance(ECHOED))
    script.say(session, ASSISTANT, fill(random.pick(ECHOES), { v: value, p: person }));
  else script.say(session, other, fill(random.pick(REPLIES), { p: person }));
}

/** The other one has heard otherwise, or a tool that nobody should trust says so. */
function doubt({ random, script }: Setting, topic: Topic, person: string, other: string, step: Step): Said {
  const [spoken, looked = spoken] = topic.hearsay;
  const said = (text: string) => fill(text, { v: step.value, p: person });
  const turn = random.chance(0.5)
    ? script.say(step.session, other, sentence(said(spoken)))
    : script.say(step.session, TOOL, sentence(said(looked)), 'tool');
  return { ...step, turn, namesOld: false };
}
