import { describe, expect, it } from '@jest/globals';
import { newerSuites, parseDeb822Sources, parseOneLineSources } from './apt-sources.js';

const deb822 = `# a comment
Types: deb deb-src
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/archive.gpg

Enabled: no
Types: deb
URIs: http://off.test/debian
Suites: bookworm
Components: main

Types: deb
URIs: http://mirror.test/debian-security
Suites:
 bookworm-security
Components: main
`;

describe("the machine's apt sources", () => {
  it('are read in the deb822 form, without what is switched off', () => {
    expect(parseDeb822Sources(deb822)).toEqual([
      {
        uri: 'http://mirror.test/debian',
        suites: ['bookworm', 'bookworm-updates'],
        components: ['main'],
        signedBy: '/usr/share/keyrings/archive.gpg',
      },
      { uri: 'http://mirror.test/debian-security', suites: ['bookworm-security'], components: ['main'] },
    ]);
  });

  it('are read in the one-line form', () => {
    const text =
      '# deb http://old.test x main\ndeb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian bookworm main contrib # note\ndeb-src http://mirror.test/debian bookworm main\n';
    expect(parseOneLineSources(text)).toEqual([
      { uri: 'http://mirror.test/debian', suites: ['bookworm'], components: ['main', 'contrib'], signedBy: '/k.gpg' },
    ]);
  });

  it('give the newer suites of the same archive, signed by the same keys', () => {
    expect(newerSuites(parseDeb822Sources(deb822), 'bookworm', ['testing', 'sid'])).toEqual([
      'deb [signed-by=/usr/share/keyrings/archive.gpg] http://mirror.test/debian testing main',
      'deb [signed-by=/usr/share/keyrings/archive.gpg] http://mirror.test/debian sid main',
    ]);
  });

  it('give none when the release has no archive here', () => {
    expect(newerSuites(parseDeb822Sources(deb822), 'noble', ['devel'])).toEqual([]);
  });
});
