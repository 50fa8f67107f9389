import { CITIES } from './pools.js';
import type { Some } from './topic.js';

/** Somebody whom a person has: `$n` is the name, `$p` the person, who speaks. */
export interface Relation {
  role: string;
  tell: Some;
}

/** Something told of a third one by name: who asks for it by role needs two turns. `$v` is the value. */
export interface Deed {
  name: string;
  values: Some;
  tell: Some;
  /** `$r` is "the sister of Ida". */
  ask: Some;
}

export const RELATIVES: readonly Relation[] = [
  { role: 'sister', tell: ['My sister $n came over for lunch', 'I have a sister, her name is $n'] },
  { role: 'brother', tell: ['My brother $n called from the road', 'I have a brother, $n, two years older'] },
  { role: 'neighbour', tell: ['My neighbour $n watered the plants', 'The neighbour upstairs is called $n'] },
  { role: 'uncle', tell: ['My uncle $n turned sixty', 'I visited an uncle of mine, $n'] },
  { role: 'aunt', tell: ['My aunt $n knitted me a scarf', 'I got a letter from my aunt, $n'] },
  { role: 'flatmate', tell: ['My flatmate $n burnt the pan', 'I share the flat with $n, my flatmate'] },
  { role: 'trainer', tell: ['My trainer $n is strict', 'At the gym my trainer is $n'] },
  { role: 'landlady', tell: ['My landlady $n fixed the lamp', 'The landlady is called $n, she lives downstairs'] },
  { role: 'colleague', tell: ['My colleague $n shares the desk with me', 'I work next to $n, a colleague'] },
  { role: 'hairdresser', tell: ['My hairdresser $n talks a lot', 'I go to a hairdresser called $n'] },
];

/** None of them is a value of a topic or speaks, so that a name leads to one only. */
export const THIRD_NAMES: Some = [
  'Wanda',
  'Arvid',
  'Nora',
  'Piet',
  'Selma',
  'Tibor',
  'Ulla',
  'Xaver',
  'Yvonne',
  'Zeno',
  'Livia',
  'Magnus',
  'Ottilie',
  'Quentin',
];

export const DEEDS: readonly Deed[] = [
  {
    name: 'moves',
    values: CITIES,
    tell: ['$n is moving to $v in autumn', '$n found a house in $v'],
    ask: ['Which city is $r moving to?', 'Where did $r find a new home?'],
  },
  {
    name: 'buys',
    values: [
      'a sailing boat',
      'a tandem',
      'a loom',
      'a telescope',
      'a motor scooter',
      'a piano',
      'a caravan',
      'a kiln',
    ],
    tell: ['$n bought $v at an auction', 'Imagine, $n bought $v'],
    ask: ['What did $r buy?', 'What did $r get at the auction?'],
  },
  {
    name: 'studies',
    values: ['law', 'medicine', 'geology', 'architecture', 'philosophy', 'chemistry', 'astronomy', 'nursing'],
    tell: ['$n began to study $v', '$n goes to university again and studies $v'],
    ask: ['What does $r study?', 'Which subject did $r take up at university?'],
  },
  {
    name: 'wins',
    values: ['a baking contest', 'a poetry slam', 'a quiz night', 'a fishing cup', 'a photo prize', 'a dance battle'],
    tell: ['$n won $v', 'We celebrated: $n won $v'],
    ask: ['What did $r win?', 'Which competition did $r come first in?'],
  },
  {
    name: 'hurts',
    values: ['an ankle', 'a wrist', 'a shoulder', 'a rib', 'an elbow', 'a thumb', 'a collarbone'],
    tell: ['$n broke $v on the ice', '$n is in hospital and broke $v'],
    ask: ['What did $r break?', 'Which injury does $r have?'],
  },
  {
    name: 'opens',
    values: ['a bakery', 'a bookshop', 'a repair café', 'a tea room', 'a yoga studio', 'a cheese shop', 'a hostel'],
    tell: ['$n opened $v', '$n rented a shop and opened $v'],
    ask: ['What did $r open?', 'Which business does $r run?'],
  },
  {
    name: 'fears',
    values: ['spiders', 'thunder', 'lifts', 'dogs', 'heights', 'needles', 'flying', 'the dark'],
    tell: ['$n is afraid of $v', 'I never knew that $n is scared of $v'],
    ask: ['What is $r afraid of?', 'What scares $r?'],
  },
];
