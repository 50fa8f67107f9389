type Some = readonly [string, ...string[]];

/** Something that is so of a person, and may change. In texts `$v` is the value, `$o` the one before, `$p` the person. */
export interface Topic {
  name: string;
  values: Some;
  first: Some;
  change: Some;
  retract: Some;
  /** In other words than those of what was said. */
  ask: Some;
}

export const TOPICS: readonly Topic[] = [
  {
    name: 'home',
    values: ['Porto', 'Bergen', 'Leeds', 'Krakow', 'Turin', 'Ghent', 'Malmo', 'Graz'],
    first: ['We found a flat in $v at last', 'I signed the lease, so $v it is for the coming years'],
    change: ['I moved to $v, the boxes are still everywhere', 'Actually we left $o: $v is home now'],
    retract: ['Forget what I said about $v, the landlord backed out'],
    ask: ['Which city does $p live in?', 'Where is the residence of $p?'],
  },
  {
    name: 'deadline',
    values: ['3 May', '17 May', '2 June', '21 June', '9 July', '30 July', '12 August', '28 August'],
    first: ['The grant report is due on $v', 'My boss wants the grant report by $v'],
    change: ['We pushed the deadline of the report from $o to $v', 'The report may come later: $v, not $o'],
    retract: ['There is no date for the report any more, $v was a mistake'],
    ask: ['By when must $p hand in the paperwork for the funding?', 'What is the cut-off date for the report of $p?'],
  },
  {
    name: 'budget',
    values: ['200', '250', '310', '420', '480', '560', '640', '700'],
    first: ['I put $v euros aside for the kitchen', 'For the kitchen we can spend $v euros'],
    change: ['For the kitchen it is $v now, not $o', 'We raised what we spend on the kitchen to $v euros'],
    retract: ['The $v euros for the kitchen are off the table'],
    ask: ['How much money may the renovation of $p cost?', 'What is the spending limit of $p for the cooking area?'],
  },
  {
    name: 'job',
    values: [
      'a baker',
      'a welder',
      'a surveyor',
      'an archivist',
      'a paramedic',
      'a florist',
      'a locksmith',
      'a piano tuner',
    ],
    first: ['I started as $v on Monday', 'They hired me as $v'],
    change: ['I quit being $o and work as $v these days', 'Actually I am $v now'],
    retract: ['That thing about me as $v fell through'],
    ask: ['What does $p do for a living?', 'What is the profession of $p?'],
  },
  {
    name: 'pet',
    values: ['Biscuit', 'Pepper', 'Waffle', 'Comet', 'Juniper', 'Marble', 'Tango', 'Pickle'],
    first: ['We adopted a puppy and the kids call it $v', 'Our puppy got a name: $v'],
    change: ['The kids changed their mind, the puppy is $v, no longer $o', 'We renamed the puppy $v'],
    retract: ['We gave the puppy back, so no $v after all'],
    ask: ['What is the dog of $p called?', 'How does $p call the animal at home?'],
  },
  {
    name: 'training',
    values: ['Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays', 'weekday mornings'],
    first: ['My rowing group meets on $v', 'I go rowing on $v'],
    change: ['Rowing switched from $o to $v', 'We row on $v now'],
    retract: ['I stopped rowing on $v altogether'],
    ask: ['When does $p exercise on the water?', 'On which days is $p busy with sport?'],
  },
];

export const SUBJECTS: Some = [
  'garden',
  'kitchen',
  'puppy',
  'report',
  'lease',
  'rowing',
  'market',
  'bicycle',
  'choir',
  'library',
  'harbour',
  'oven',
  'landlord',
  'neighbour',
  'museum',
  'train',
  'storm',
  'festival',
  'recipe',
  'novel',
  'orchard',
  'violin',
  'clinic',
];
export const CHATTER: Some = [
  'I thought about the $s all morning',
  'Did you hear what happened with the $s near the $t?',
  'The $s was lovely, and so was the $t',
  'I still have to sort out the $s before the $t',
  'You should have seen the $s, it reminded me of the $t',
  'Honestly $p, the $s wears me out',
  'My sister says the $s is worse than the $t',
];
export const REPLIES: Some = [
  'That sounds great, $p!',
  'Really, $v? Tell me more',
  'Good to know, $p, $v then',
  'Oh, how come, $p?',
];
export const PEOPLE: readonly [string, string][] = [
  ['Ida', 'Jon'],
  ['Mara', 'Theo'],
  ['Lena', 'Oskar'],
  ['Nadia', 'Felix'],
  ['Ruth', 'Emil'],
  ['Vera', 'Hugo'],
];
