import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { whyNotRead } from './read-only-query.js';

describe('a statement that may be asked', () => {
  it.each([
    'select 1',
    "SELECT \"a;b\", 'it''s; drop' -- ; not the end\n FROM t",
    '/* a /* b */ c */ with x as (select 1) select * from x',
    'VALUES (1), (2)',
    'table orders',
    'select $$; delete from t$$, $a$ $$ ; $a$',
    "select E'a\\'; b', e'''', U&'\\0041;', B'1', x'1F', 1e-5, a$b$c, t.pg_sleepy from t",
    "select 'pg_sleep', \"name of pg_sleep\" from t where a @> '{}' and b - -1 > 0",
    'select count(*) from übung where straße = 1',
  ])('%s', (statement) => expect(whyNotRead(statement)).toBeUndefined());

  it.each([
    ['', 'empty'],
    ['-- only a comment', 'empty'],
    ['delete from t', 'DELETE'],
    ['insert into t values (1)', 'INSERT'],
    ['/* select */ update t set a = 1', 'UPDATE'],
    ["copy t to program 'id'", 'COPY'],
    ['explain analyze delete from t', 'EXPLAIN'],
    ['set role postgres', 'SET'],
    ['do $$ begin end $$', 'DO'],
    ['call p()', 'CALL'],
    ['select 1; delete from t', 'semicolon'],
    ["select '\\'; delete from t --'", 'semicolon'],
    ['select $$a$$; delete from t', 'semicolon'],
    ["select 'a", 'no end'],
    ['select "a', 'no end'],
    ['select $a$ x $b$', 'no end'],
    ['select /* /* */ 1', 'no end'],
    ["select pg_read_file('/etc/passwd')", 'pg_read_file'],
    ["select PG_Catalog . PG_READ_FILE ('x')", 'pg_read_file'],
    ['select "pg_sleep"(10)', 'pg_sleep'],
    ['select pg_/**/sleep(1), pg_terminate_backend(1)', 'pg_terminate_backend'],
    ['select U&"pg\\005fsleep"(10)', 'Unicode'],
    ["select * from dblink('host=x', 'select 1') as t(a int)", 'dblink'],
    ["select lo_import('/etc/passwd')", 'lo_import'],
    ["select set_config('transaction_read_only', 'off', false)", 'set_config'],
    ['select pg_advisory_lock(1)', 'pg_advisory_lock'],
    ["select query_to_xml('delete from t returning 1', true, true, '')", 'query_to_xml'],
  ])('and one that may not: %s', (statement, why) => expect(whyNotRead(statement)).toContain(why));

  it('is judged whatever it is, and a text in it changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (inner) => {
        expect(() => whyNotRead(inner)).not.toThrow();
        expect(whyNotRead(`select '${inner.replaceAll("'", "''")}', "${inner.replaceAll('"', '""')}" from t`)).toBe(
          // A name may be that of a function, and then is.
          whyNotRead(`select "${inner.replaceAll('"', '""')}"`),
        );
      }),
    );
  });

  it('is judged in time that grows with its length alone', () => {
    for (const part of ["E'\\\\", '"a""', '$a', "''", '/*', '--', 'a.', '1e'])
      expect(() => whyNotRead(`select ${part.repeat(10_000)}`)).not.toThrow();
  });
});
