/** `[a-zA-Z0-9_-]`, for subjects and files: the host, and the last part of the model's id. */
export function backendName(baseUrl: string, model: string): string {
  const { hostname } = new URL(baseUrl);
  const local = /^(?:localhost|127\.|\[)/u.test(hostname);
  const host = local ? 'local' : (hostname.split('.').at(-2) ?? hostname);
  const tail = model.split(/[/:]/u).at(-1) ?? model;
  return `${host}-${tail}`
    .replaceAll(/[^a-zA-Z0-9_-]+/gu, '-')
    .slice(0, 64)
    .replaceAll(/^-+|-+$/gu, '');
}
