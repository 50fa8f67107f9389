import { didYouMean } from '@switchyard/contracts';
import { invalidArguments } from '../../tools/invalid-arguments.js';

/**
 * Cities that people name and that are no zone of their own, or whose zone Node lists by an older name.
 * Source of the zones: IANA tz, zone1970.tab.
 */
const CITIES: Readonly<Record<string, string>> = {
  'abu dhabi': 'Asia/Dubai',
  'addis ababa': 'Africa/Addis_Ababa',
  ankara: 'Europe/Istanbul',
  atlanta: 'America/New_York',
  auckland: 'Pacific/Auckland',
  austin: 'America/Chicago',
  bangalore: 'Asia/Kolkata',
  barcelona: 'Europe/Madrid',
  basel: 'Europe/Zurich',
  beijing: 'Asia/Shanghai',
  bengaluru: 'Asia/Kolkata',
  bern: 'Europe/Zurich',
  birmingham: 'Europe/London',
  boston: 'America/New_York',
  brasilia: 'America/Sao_Paulo',
  calgary: 'America/Edmonton',
  canberra: 'Australia/Sydney',
  'cape town': 'Africa/Johannesburg',
  chennai: 'Asia/Kolkata',
  cologne: 'Europe/Berlin',
  dallas: 'America/Chicago',
  delhi: 'Asia/Kolkata',
  doha: 'Asia/Qatar',
  edinburgh: 'Europe/London',
  florence: 'Europe/Rome',
  frankfurt: 'Europe/Berlin',
  geneva: 'Europe/Zurich',
  glasgow: 'Europe/London',
  guangzhou: 'Asia/Shanghai',
  hamburg: 'Europe/Berlin',
  hanoi: 'Asia/Ho_Chi_Minh',
  houston: 'America/Chicago',
  hyderabad: 'Asia/Kolkata',
  islamabad: 'Asia/Karachi',
  'ho chi minh': 'Asia/Ho_Chi_Minh',
  'ho chi minh city': 'Asia/Ho_Chi_Minh',
  kathmandu: 'Asia/Kathmandu',
  kolkata: 'Asia/Kolkata',
  kyiv: 'Europe/Kyiv',
  kyoto: 'Asia/Tokyo',
  'las vegas': 'America/Los_Angeles',
  lyon: 'Europe/Paris',
  marseille: 'Europe/Paris',
  mecca: 'Asia/Riyadh',
  miami: 'America/New_York',
  milan: 'Europe/Rome',
  montreal: 'America/Toronto',
  mumbai: 'Asia/Kolkata',
  munich: 'Europe/Berlin',
  naples: 'Europe/Rome',
  'new delhi': 'Asia/Kolkata',
  nyc: 'America/New_York',
  nuuk: 'America/Nuuk',
  osaka: 'Asia/Tokyo',
  ottawa: 'America/Toronto',
  philadelphia: 'America/New_York',
  porto: 'Europe/Lisbon',
  pretoria: 'Africa/Johannesburg',
  'rio de janeiro': 'America/Sao_Paulo',
  rotterdam: 'Europe/Amsterdam',
  'saint petersburg': 'Europe/Moscow',
  salzburg: 'Europe/Vienna',
  'san diego': 'America/Los_Angeles',
  'san francisco': 'America/Los_Angeles',
  'san jose': 'America/Los_Angeles',
  seattle: 'America/Los_Angeles',
  seville: 'Europe/Madrid',
  shenzhen: 'Asia/Shanghai',
  stuttgart: 'Europe/Berlin',
  'tel aviv': 'Asia/Jerusalem',
  'the hague': 'Europe/Amsterdam',
  venice: 'Europe/Rome',
  washington: 'America/New_York',
  'washington dc': 'America/New_York',
  wellington: 'Pacific/Auckland',
  yangon: 'Asia/Yangon',
};

const NAMES = namesOfZones();

/**
 * The IANA zone that a person means: a zone in any case ("europe/berlin"), a city ("New York", "São Paulo", "Paris, France"),
 * or UTC. An offset ("+05:30") is a zone too.
 *
 * @throws SwitchyardError `tool.invalid_arguments` with the nearest names.
 */
export function resolveTimeZone(wanted: string): string {
  const name = plain(wanted);
  const city = plain(wanted.split(',')[0] ?? '');
  const zone = NAMES.get(name) ?? CITIES[name] ?? NAMES.get(city) ?? CITIES[city] ?? accepted(wanted.trim());
  if (zone !== undefined) return zone;
  throw invalidArguments(
    'clock',
    `"${wanted.slice(0, 64)}" is no time zone and no city that the clock knows.${didYouMean(name, [...NAMES.keys(), ...Object.keys(CITIES)])} Give an IANA name such as "Europe/Berlin".`,
    { details: { timezone: wanted.slice(0, 64) } },
  );
}

/** Zones by their full name and by their last part, which is a city. */
function namesOfZones(): Map<string, string> {
  const names = new Map([
    ['utc', 'UTC'],
    ['gmt', 'UTC'],
    ['z', 'UTC'],
  ]);
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    names.set(plain(zone), zone);
    const city = plain(zone.split('/').at(-1) ?? zone);
    if (!names.has(city)) names.set(city, zone);
  }
  return names;
}

/** Lower case, no accents, words apart by one space. */
function plain(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[_.\s]+/g, ' ')
    .trim();
}

/** Links and offsets that Intl knows and does not list. */
function accepted(zone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
