import { sql, tableKind, type GivenRecord, type RecordKind } from '@switchyard/persistence';

const rows = tableKind({
  kind: 'secret_name',
  part: 'tools',
  table: 'effects.secrets',
  key: ['name'],
  leaveOut: { sealed: 'NULL', revision: '0', updated_at: 'NULL', updated_by: 'NULL' },
});

/** Which secrets there are, and what may use them. Their values never leave; an import says which ones have to be set. */
export const SECRET_NAMES: RecordKind = {
  ...rows,
  store: async (on, tenant, records) => {
    const names = records.map(({ data }) => String(data['name']));
    const known = await sql<{ name: string }>(
      on,
      'SELECT name FROM effects.secrets WHERE tenant = $1 AND name = ANY ($2::text[])',
      [tenant, names],
    );
    const missing = names.filter((name) => !known.some((row) => row.name === name));
    const notes = missing.map(
      (name) =>
        `The secret "${name}" has no value here. Set it: switchyard secrets set ${name} --for ${usersOf(records, name)}`,
    );
    return { stored: 0, same: names.length - missing.length, kept: 0, notes };
  },
};

function usersOf(records: readonly GivenRecord[], name: string): string {
  const users = records.find(({ data }) => data['name'] === name)?.data['used_by'];
  return Array.isArray(users) && users.length > 0 ? users.join(' ') : '<server>';
}
