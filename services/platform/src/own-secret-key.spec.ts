import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ownSecretKey } from './own-secret-key.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'own-key-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the key for secrets of a machine of its own', () => {
  it('is made once, whoever starts at the same time, and for its user alone', async () => {
    const made = await Promise.all([1, 2, 3].map(() => ownSecretKey({}, folder)));
    const file = made[0]?.SWITCHYARD_SECRET_KEY_FILE ?? '';
    const key = await readFile(file, 'utf8');
    expect(Buffer.from(key, 'base64')).toHaveLength(32);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await ownSecretKey({}, folder);
    expect(await readFile(file, 'utf8')).toBe(key);
    expect(await readdir(folder)).toEqual(['secret.key']);
  });

  it('is not made where one is given', async () => {
    expect(await ownSecretKey({ SWITCHYARD_SECRET_KEY: 'given' }, folder)).toEqual({});
    expect(await ownSecretKey({ SWITCHYARD_SECRET_KEY_FILE: '/given' }, folder)).toEqual({});
    expect(await readdir(folder)).toEqual([]);
  });
});
