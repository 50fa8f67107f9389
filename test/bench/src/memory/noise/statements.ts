const WHO = ['Ida', 'Jon', 'Mara', 'Théo', 'Lena', 'Oskar', 'Nadia', 'Félix', 'Ruth', 'Émil'];
const WHAT = ['the meeting', 'the delivery', 'the invoice', 'the concert', 'the exam'];
const WHERE = ['Porto', 'Bergen', 'Leeds', 'Krakow', 'Turin', 'Ghent', 'Malmö', 'Graz', 'Lyon', 'Bonn'];

/** Five hundred statements, all different. */
export function statements(): string[] {
  return WHO.flatMap((who) =>
    WHAT.flatMap((what) => WHERE.map((where) => `It is in ${where} that ${who} missed ${what}`)),
  );
}

/** Pairs that look alike and say different things: a number, a name, a negation, who does what to whom. */
export const LOOKALIKES: readonly [string, string][] = [
  ['The rent is 900 euros', 'The rent is 950 euros'],
  ['It takes 3.5 hours', 'It takes 35 hours'],
  ['Marta called about the boat', 'Marty called about the boat'],
  ['The door is locked', 'The door is not locked'],
  ['I can come on Friday', "I can't come on Friday"],
  ['Ann owes Bob money', 'Bob owes Ann money'],
  ['We moved from Rome to Bonn', 'We moved from Bonn to Rome'],
  ['The train leaves before noon', 'The train leaves after noon'],
  ['Sales grew by 10 %', 'Sales fell by 10 %'],
  ['Ann is in Bonn', 'Ann was in Bonn'],
];
