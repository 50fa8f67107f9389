import type { Some } from './topic.js';

/** Of the two who talk. `$s` and `$t` are words of topics, `$p` is the other one. None says anything that is asked for. */
export const CHATTER: Some = [
  'I thought about the $s all morning',
  'Did you hear what happened with the $s near the $t?',
  'I liked the $s, and the $t even more',
  'I still have to sort out the $s before the $t',
  'You should have seen the $s, it reminded me of the $t',
  'Honestly $p, the $s wears me out',
  'They say one can get used to the $s, and never to the $t',
  'There was something about the $s in the newspaper',
  'I dreamt of the $s last night, it had eaten the $t',
  'Remind me to tell you about the $s some day, $p',
  'What do you think of the $s, $p?',
  'It rained on the $s again, and nobody minded the $t',
  'I would rather talk about the $s than about the $t',
  'A friend of mine knows everything about the $s',
];

/** Sentences of which assistants make long answers. */
export const ADVICE: Some = [
  'When it comes to the $s, begin with what you can change today and leave the rest for the weekend.',
  'Many people are happier with the $s once the $t is out of the way.',
  'Write down three things about the $s that went well, and one that did not.',
  'A common mistake is to compare the $s with the $t, although these two have little in common.',
  'If the budget is tight, wait with the $s and ask for a guarantee.',
  'Set a reminder for the $s, so that the deadline does not surprise you.',
  'It is worth asking a doctor, a lawyer or a neighbour before you decide about the $s.',
  'As for the $t, a short walk in the morning often helps more than a long one in the evening.',
  'You may also want to read a book about the $s; the library has several.',
  'Keep the receipts of the $s for at least two years.',
  'In most cities there is a club for the $s, which meets on weekdays.',
  'Tell me more about the $s, and we can plan the $t together.',
];

export const ASSISTANT = 'assistant';
export const TOOL = 'lookup';

/** Said back by the assistant: no evidence of its own. */
export const ECHOES: Some = [
  'Noted, $p: $v.',
  'Thank you, I will remember that it is $v.',
  'Got it, $v. Shall I add that to your notes?',
  'So it is $v, $p. Good to know.',
];

export const REPLIES: Some = [
  'That sounds great, $p!',
  'Really? Tell me more',
  'Good for you, $p',
  'Oh, how come, $p?',
  'I would never have thought that',
];

/** Said again, in a later session. */
export const AGAIN: Some = [
  'As I said: ',
  'By the way, still the same: ',
  'You asked before, $p: ',
  'Just to repeat it: ',
];

export const FIRST_NAMES: Some = [
  'Ida',
  'Jon',
  'Mara',
  'Theo',
  'Lena',
  'Oskar',
  'Nadia',
  'Felix',
  'Ruth',
  'Emil',
  'Vera',
  'Hugo',
  'Amina',
  'Casper',
  'Priya',
  'Mateo',
  'Yuki',
  'Tomas',
  'Zofia',
  'Ravi',
];
