import { AMOUNTS, CITIES } from './pools.js';
import type { Topic } from './topic.js';

export const HOME: readonly Topic[] = [
  {
    name: 'home',
    words: ['flat', 'lease', 'landlord'],
    values: CITIES,
    tell: [
      'We found a flat in $v at last',
      'I signed the lease for a place in $v, so that is home for the coming years',
      'I live in $v, five minutes from the station',
    ],
    change: [
      'I moved to $v, the boxes are still everywhere',
      'Actually we left $o: $v is home now',
      'After all those years in $o I live in $v these days',
    ],
    retract: [
      'Forget what I said about living in $v, the landlord backed out',
      'I was wrong about $v, the flat there went to somebody else',
    ],
    prompt: ['And where do you live at the moment?', 'Which city is your flat in by now?'],
    short: ['In $v, since last week', '$v, near the old town'],
    hearsay: ['$p lives in $v, I believe', 'Address on file for $p: $v'],
    ask: ['Which city does $p live in?', 'Where is the home of $p?', 'What town is $p a resident of?'],
    when: ['When did $p move to $v?', 'Since when does $p live in $v?'],
    before: ['Where did $p live before $v?', 'Which city did $p leave for $v?'],
  },
  {
    name: 'kitchen',
    words: ['kitchen', 'oven', 'plumber'],
    values: AMOUNTS,
    tell: [
      'I put $v euros aside for the new kitchen',
      'For the kitchen renovation we can spend $v euros',
      'Our budget for redoing the kitchen is $v euros',
    ],
    change: [
      'The kitchen budget is $v euros now, not $o',
      'We raised what we spend on the kitchen renovation to $v euros',
      'It turns out that the kitchen may cost $v euros instead of $o',
    ],
    retract: [
      'The $v euros for the kitchen are off the table',
      'I was wrong about the $v euros, there is no money for the kitchen',
    ],
    prompt: ['How much is the kitchen going to cost you?', 'What is the budget for that kitchen of yours?'],
    short: ['$v euros, and no more', 'We settled on $v euros'],
    hearsay: ['$p has $v euros for the kitchen, as far as I know', 'Kitchen budget of $p: $v euros'],
    ask: [
      'What is the kitchen budget of $p?',
      'How much money may the kitchen renovation of $p cost?',
      'What does $p plan to spend on redoing the kitchen?',
    ],
    when: ['When did $p say that the kitchen may cost $v euros?', 'When was the kitchen budget of $p set to $v euros?'],
    before: ['What was the kitchen budget of $p before it was $v euros?'],
  },
  {
    name: 'garden',
    words: ['garden', 'compost', 'greenhouse'],
    values: ['tomatoes', 'pumpkins', 'leeks', 'artichokes', 'strawberries', 'beans', 'radishes', 'sunflowers', 'kale'],
    tell: [
      'I planted $v in the raised bed of the garden',
      'The raised bed in our garden is full of $v this year',
      'I am growing $v in the big garden bed',
    ],
    change: [
      'I dug up the $o and there are $v in the raised bed now',
      'The raised bed got replanted: $v instead of $o',
      'I switched the garden bed to $v',
    ],
    retract: [
      'The $v in the raised bed all died, it is empty',
      'I was wrong about the $v, nothing grows in that garden bed',
    ],
    prompt: ['What grows in your raised bed?', 'So what did you plant in the garden?'],
    short: ['$v, rows and rows of them', 'Only $v so far'],
    hearsay: ['$p has $v in the raised bed, I think', 'Garden planner of $p: $v in the raised bed'],
    ask: [
      'What grows in the raised bed of $p?',
      'Which plants does $p have in the garden bed?',
      'What is $p growing at home?',
    ],
    when: ['When did $p plant $v?', 'When did $v go into the garden bed of $p?'],
    before: ['What grew in the raised bed of $p before the $v?'],
  },
  {
    name: 'wifi',
    words: ['router', 'internet', 'cable'],
    values: ['Fibernet', 'Kometa', 'Skylane', 'Bluewire', 'Northlink', 'Telora', 'Quickbeam', 'Ostra'],
    tell: [
      'Our internet at home comes from $v',
      'I signed up with $v for the internet connection',
      'The new internet provider is $v, the router came by post',
    ],
    change: [
      'We switched our internet from $o to $v',
      'I cancelled $o and took $v as internet provider',
      'Our internet provider is $v now',
    ],
    retract: [
      '$v never connected us, we have no internet contract at all',
      'I was wrong about $v, they do not serve our street',
    ],
    prompt: ['Who is your internet with?', 'Which provider do you have at home for the internet?'],
    short: ['$v, and it works most days', 'With $v for now'],
    hearsay: ['$p is with $v for the internet', 'Contract data of $p: internet provider $v'],
    ask: [
      'Which internet provider does $p have?',
      'Who supplies the internet connection of $p?',
      'Which company is $p online with at home?',
    ],
    when: ['When did $p take $v as internet provider?', 'When did $p sign up with $v?'],
    before: ['Which internet provider did $p have before $v?'],
  },
];
