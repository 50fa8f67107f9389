/** Calls and arguments that several families' cases share. */

export const paris = ['get_weather', { location: 'Paris' }] as const;
export const tokyo = ['get_weather', { city: 'Tokyo' }] as const;
export const la = ['get_weather', { city: 'LA', metric: 'C' }] as const;
export const special = ['special_function', { arg1: 1 }] as const;
export const nothing = { rejected: ['malformed_call'] };
export const cut = { rejected: ['truncated'] };
export const doe = {
  ...{ name: 'Doe', age: 9, address: { city: 'LA', state: 'CA' }, role: null, passed_test: true },
  aliases: ['John', 'Johnny'],
};
export const DOE = `register_user(name='Doe', age=9, address={'city': 'LA', 'state': 'CA'}, role=None, passed_test=True, aliases=['John', 'Johnny'])`;
export const LA = `get_weather(city='LA', metric='C')`;
export const types = {
  ...{ string_field: 'hello', int_field: 42, float_field: 3.14, bool_field: true, null_field: null },
  ...{ array_field: ['a', 'b', 'c'], object_field: { nested: 'value' }, empty_array: [], empty_object: {} },
};
export const escapes = {
  quoted: 'He said "hello"',
  path: 'C:\\Users\\file.txt',
  newline: 'line1\nline2',
  unicode: 'emoji: 🎉',
};

export const search = ['search', { query: 'x' }] as const;
