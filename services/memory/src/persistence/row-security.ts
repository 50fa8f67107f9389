/** The statements that hold readers of a table of this schema to the tenant of their transaction; see RowSecurity1764400000000. */
export function secureTable(table: string): string[] {
  return [
    `GRANT SELECT, INSERT, UPDATE, DELETE ON memory.${table} TO switchyard_memory`,
    `ALTER TABLE memory.${table} ENABLE ROW LEVEL SECURITY`,
    `CREATE POLICY tenant ON memory.${table} TO switchyard_memory
       USING (tenant = current_setting('switchyard.tenant', true))
       WITH CHECK (tenant = current_setting('switchyard.tenant', true))`,
  ];
}
