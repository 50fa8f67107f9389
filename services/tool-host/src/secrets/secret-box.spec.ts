import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@switchyard/config';
import fc from 'fast-check';
import { configuredSecretBox } from './configured-secret-box.js';
import { LocalKeys } from './local-keys.js';
import { SecretBox, type SealedSecret } from './secret-box.js';

const [first, second] = [randomBytes(32), randomBytes(32)];
const boxOf = (...keys: Buffer[]) => new SecretBox(new LocalKeys(keys));
const flipped = (text: string, at: number): string => {
  const bytes = Buffer.from(text, 'base64');
  bytes.writeUInt8(bytes.readUInt8(at % bytes.length) ^ 1, at % bytes.length);
  return bytes.toString('base64');
};

describe('a sealed secret', () => {
  it('opens for what it was sealed for, and shows nothing of itself', () =>
    fc.assert(
      fc.asyncProperty(fc.string({ minLength: 4, unit: 'grapheme' }), fc.string(), async (secret, context) => {
        const sealed = await boxOf(first).seal(secret, context);
        expect(JSON.stringify(sealed)).not.toContain(Buffer.from(secret).toString('base64').slice(0, 5));
        expect(await boxOf(first).open(sealed, context)).toBe(secret);
      }),
    ));

  it('is another text each time, under another data key', async () => {
    const [one, two] = [await boxOf(first).seal('same', 'a'), await boxOf(first).seal('same', 'a')];
    expect(one.data).not.toBe(two.data);
    await expect(boxOf(first).open({ ...one, data: two.data }, 'a')).rejects.toMatchObject({
      code: 'secrets.unreadable',
    });
  });

  it('opens for nothing else, and not where a single bit was changed', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom('wrapped', 'data'), async (at, part: 'wrapped' | 'data') => {
        const sealed = await boxOf(first).seal('of the server a', 'a');
        const changed: SealedSecret = { ...sealed, [part]: flipped(sealed[part], at) };
        await expect(boxOf(first).open(changed, 'a')).rejects.toMatchObject({ code: 'secrets.unreadable' });
        await expect(boxOf(first).open(sealed, 'b')).rejects.toMatchObject({ code: 'secrets.unreadable' });
      }),
    ));

  it('opens after the key was rotated, and goes over to the new key without being opened', async () => {
    const sealed = await boxOf(first).seal('old', 'a');
    const rotated = boxOf(second, first);
    expect(await rotated.open(sealed, 'a')).toBe('old');
    const rewrapped = await rotated.rewrap(sealed, 'a');
    expect(rewrapped?.data).toBe(sealed.data);
    expect(rewrapped && (await boxOf(second).open(rewrapped, 'a'))).toBe('old');
    expect(rewrapped && (await rotated.rewrap(rewrapped, 'a'))).toBeUndefined();
    await expect(boxOf(second).open(sealed, 'a')).rejects.toMatchObject({ code: 'secrets.unknown_key' });
  });

  it('of a form that is not known is refused, and without a key nothing is sealed', async () => {
    const sealed = await boxOf(first).seal('x', 'a');
    await expect(boxOf(first).open({ ...sealed, v: 2 }, 'a')).rejects.toMatchObject({ code: 'secrets.unreadable' });
    await expect(boxOf().seal('x', 'a')).rejects.toMatchObject({ code: 'secrets.no_key' });
    expect(boxOf().isUsable).toBe(false);
  });
});

describe('the key', () => {
  it('comes from a variable or a file, in base64 or hex, and one that is too short is refused unseen', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tool-host-secrets-'));
    try {
      const file = join(folder, 'key');
      await writeFile(file, `${second.toString('hex')}\n${first.toString('base64')}\n`);
      const ofFile = await configuredSecretBox(loadConfig({ SWITCHYARD_SECRET_KEY_FILE: file }));
      const ofVariable = await configuredSecretBox(loadConfig({ SWITCHYARD_SECRET_KEY: second.toString('base64url') }));
      expect(await ofVariable.open(await ofFile.seal('same', 'a'), 'a')).toBe('same');
      expect(await ofFile.open(await boxOf(first).seal('older', 'a'), 'a')).toBe('older');
      const missing = loadConfig({ SWITCHYARD_SECRET_KEY_FILE: join(folder, 'none') });
      await expect(configuredSecretBox(missing)).rejects.toMatchObject({ code: 'secrets.invalid_key' });
    } finally {
      await rm(folder, { recursive: true });
    }
    expect(() => LocalKeys.parse('c2hvcnQtc2VjcmV0')).toThrow(expect.objectContaining({ code: 'secrets.invalid_key' }));
    expect(() => LocalKeys.parse('c2hvcnQtc2VjcmV0')).not.toThrow(/c2hvcnQt|short-secret/);
  });
});
