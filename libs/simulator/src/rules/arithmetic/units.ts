import type { Token } from './tokens.js';

/** Each line: the calculator's name of a unit, then what people call it. Units of one group convert into each other. */
const GROUPS: readonly (readonly string[])[] = [
  [
    'mm millimetre millimeter millimetres millimeters',
    'cm centimetre centimeter centimetres centimeters',
    'm metre meter metres meters',
    'km kilometre kilometer kilometres kilometers kilometern kilómetros kilomètres',
    'mile mi miles meilen millas',
    'ft foot feet',
    'inch inches',
    'yd yard yards',
  ],
  [
    'mg milligram milligrams',
    'g gram grams gramme grammes',
    'kg kilo kilos kilogram kilograms',
    'lb lbs pound pounds',
    'oz ounce ounces',
  ],
  ['degC c celsius', 'degF f fahrenheit', 'K kelvin'],
  ['ml millilitre milliliter millilitres milliliters', 'l litre liter litres liters', 'gallon gallons'],
  ['s sec second seconds', 'minute min minutes', 'hour h hours', 'day days', 'week weeks'],
];

interface Unit {
  name: string;
  group: number;
}

const UNITS = new Map<string, Unit>(
  GROUPS.flatMap((lines, group) =>
    lines.flatMap((line) => {
      const words = line.split(' ');
      const name = words[0] ?? '';
      return words.map((word): [string, Unit] => [word.toLowerCase(), { name, group }]);
    }),
  ),
);

export function unitAt(tokens: readonly Token[], position: number): (Unit & { end: number }) | undefined {
  const start = /^(?:°|degrees?)$/.test(tokens[position]?.lower ?? '') ? position + 1 : position;
  const unit = UNITS.get(tokens[start]?.lower ?? '');
  return unit === undefined ? undefined : { ...unit, end: start + 1 };
}
