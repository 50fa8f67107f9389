import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { modelToolName } from './tool-name.js';

describe('names of MCP tools', () => {
  it('begin with the server', () => expect(modelToolName('github', 'create_issue')).toBe('github_create_issue'));
  it('replace what model APIs refuse', () =>
    expect(modelToolName('db', 'admin.tools/list')).toBe('db_admin_tools_list'));

  it('fit every model API', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/),
        fc.string({ minLength: 1, maxLength: 200 }),
        (server, tool) => {
          expect(modelToolName(server, tool)).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
        },
      ),
    );
  });

  it('tell long names apart by their ends', () => {
    const long = 'x'.repeat(80);
    expect(modelToolName('s', `${long}1`)).not.toBe(modelToolName('s', `${long}2`));
  });
});
