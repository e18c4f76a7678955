import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONTENT_SECURITY_POLICY, readAppFile } from '../../../electron/desktop/app-files.ts';
import { toHttps } from '../../../electron/desktop/https-address.ts';
import { withTempDir } from '../../support/models.ts';

describe('readAppFile', () => {
  it('serves the page with its policy, and nothing outside its folder', async () => {
    await withTempDir(async (dir) => {
      const folder = join(dir, 'page');
      await mkdir(folder);
      await writeFile(join(folder, 'index.html'), '<p>page</p>');
      await writeFile(join(dir, 'secret.html'), 'secret');
      const page = await readAppFile(folder, 'app://sotto/index.html');
      expect(page).toMatchObject({
        status: 200,
        headers: { 'content-security-policy': CONTENT_SECURITY_POLICY },
      });
      for (const path of [
        'app://sotto/../secret.html',
        'app://sotto/..%2fsecret.html',
        'app://sotto/%2e%2e/secret.html',
        'app://sotto//etc/passwd',
        'app://sotto/',
        'app://sotto/index.htm%00l',
        'app://other/index.html',
        'https://sotto/index.html',
      ]) {
        expect((await readAppFile(folder, path)).status, path).toBe(404);
      }
    });
  });
});

describe('toHttps', () => {
  it('takes https and nothing that could start a program or hide its host', () => {
    expect(toHttps('https://example.org/a?b#c')).toBe('https://example.org/a?b#c');
    for (const url of [
      'http://example.org',
      'javascript:alert(1)',
      'file:///etc/passwd',
      'smb://host/share',
      'ms-word:ofe|u|x',
      'https://bank.example@evil.example/',
      ' nonsense',
      '',
    ]) {
      expect(toHttps(url), url).toBeUndefined();
    }
  });
});
