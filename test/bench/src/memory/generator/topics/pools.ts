import type { Some } from './topic.js';

/** Values that several topics draw from, so that one value alone tells nothing about which topic is meant. */
export const CITIES: Some = words(
  'Porto Bergen Leeds Krakow Turin Ghent Malmo Graz Lille Bilbao Tartu Brno Cork Utrecht Zagreb Basel Nantes Aarhus',
);
export const NAMES: Some = words(
  'Agnes Bruno Clara Dario Edith Fabian Greta Henrik Irma Jakob Katja Lorenz Marta Nils Olga Pavel Rosa Stefan Tilda Viktor',
);
export const PET_NAMES: Some = words(
  'Biscuit Pepper Waffle Comet Juniper Marble Tango Pickle Nutmeg Bandit Clover Domino',
);
export const DAYS: Some = words('Mondays Tuesdays Wednesdays Thursdays Fridays Saturdays Sundays');
export const DATES: Some = [
  '3 May',
  '17 May',
  '2 June',
  '21 June',
  '9 July',
  '30 July',
  '12 August',
  '28 August',
  '6 September',
  '19 October',
];
export const HOURS: Some = words('6:15 6:40 7:20 7:45 8:10 8:35 9:05 9:30 10:10');
export const AMOUNTS: Some = words('180 210 250 310 370 420 480 560 640 700 790 850');
export const COUNTS: Some = words('12 14 17 19 23 26 29 34 38 41 45 52');

function words(text: string): Some {
  const [first = '', ...others] = text.split(' ');
  return [first, ...others];
}
