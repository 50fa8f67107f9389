/** Zones whose name is not their city's, and what people call them. */
const ALIASES: Readonly<Record<string, string>> = {
  'san francisco': 'America/Los_Angeles',
  seattle: 'America/Los_Angeles',
  california: 'America/Los_Angeles',
  boston: 'America/New_York',
  washington: 'America/New_York',
  miami: 'America/New_York',
  nyc: 'America/New_York',
  texas: 'America/Chicago',
  montreal: 'America/Toronto',
  beijing: 'Asia/Shanghai',
  delhi: 'Asia/Kolkata',
  'new delhi': 'Asia/Kolkata',
  mumbai: 'Asia/Kolkata',
  bangalore: 'Asia/Kolkata',
  osaka: 'Asia/Tokyo',
  munich: 'Europe/Berlin',
  hamburg: 'Europe/Berlin',
  frankfurt: 'Europe/Berlin',
  cologne: 'Europe/Berlin',
  bern: 'Europe/Zurich',
  geneva: 'Europe/Zurich',
  basel: 'Europe/Zurich',
  barcelona: 'Europe/Madrid',
  milan: 'Europe/Rome',
  kyiv: 'Europe/Kiev',
  edinburgh: 'Europe/London',
  melbourne: 'Australia/Melbourne',
  rio: 'America/Sao_Paulo',
  'rio de janeiro': 'America/Sao_Paulo',
  'sao paulo': 'America/Sao_Paulo',
  japan: 'Asia/Tokyo',
  china: 'Asia/Shanghai',
  india: 'Asia/Kolkata',
  germany: 'Europe/Berlin',
  france: 'Europe/Paris',
  switzerland: 'Europe/Zurich',
  austria: 'Europe/Vienna',
  italy: 'Europe/Rome',
  spain: 'Europe/Madrid',
  england: 'Europe/London',
  uk: 'Europe/London',
  'the uk': 'Europe/London',
  korea: 'Asia/Seoul',
  'south korea': 'Asia/Seoul',
  utc: 'UTC',
  gmt: 'UTC',
};

let byCity: Map<string, string> | undefined;

/** The IANA time zone of a city, a country with one zone, or a zone's own name; undefined if it is not known. */
export function timeZoneOf(place: string): string | undefined {
  const key = plain(place);
  byCity ??= new Map(
    Intl.supportedValuesOf('timeZone').flatMap((zone) => [
      [plain(zone), zone],
      [plain(zone.split('/').at(-1) ?? zone), zone],
    ]),
  );
  return ALIASES[key] ?? byCity.get(key);
}

function plain(place: string): string {
  return place
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .replaceAll('_', ' ')
    .trim()
    .toLowerCase();
}
