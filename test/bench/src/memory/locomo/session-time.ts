const MONTHS = 'january february march april may june july august september october november december'.split(' ');

/** The moment of "1:56 pm on 8 May, 2023", taken as UTC; `undefined` where it is not of this form. */
export function sessionTime(text: string): Date | undefined {
  const found = /^(\d{1,2}):(\d{2}) *(am|pm) on (\d{1,2}) ([a-z]+),? *(\d{4})$/i.exec(text.trim());
  if (!found) return undefined;
  const [, hours, minutes, half = '', day, month = '', year] = found;
  const index = MONTHS.indexOf(month.toLowerCase());
  const hour = (Number(hours) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  return index === -1 ? undefined : new Date(Date.UTC(Number(year), index, Number(day), hour, Number(minutes)));
}
