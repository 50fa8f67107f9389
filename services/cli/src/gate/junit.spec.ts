import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { comparisonOf, evaluationOf, resultOf } from './gate.fixture.js';
import { gateVerdict } from './gate-verdict.js';
import { escapeXml, junitXml } from './junit.js';

const xmlOf = (...[parts]: Parameters<typeof evaluationOf>) => junitXml(gateVerdict(evaluationOf(parts), undefined));
const score = (scorer: string, passed: boolean, reason = '', errorCode = '') => ({ scorer, passed, reason, errorCode });

describe('the JUnit report', () => {
  it('has a test case for each case and scorer, and the verdict of the gate', () => {
    expect(junitXml(gateVerdict(evaluationOf(), comparisonOf()))).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites>',
        '  <testsuite name="sums" tests="2" failures="0" errors="0" skipped="0">',
        '    <properties>',
        '      <property name="verdict" value="FAIL"/>',
        '      <property name="reasons" value="exact is worse by 30 points over 60 cases, beyond doubt."/>',
        '      <property name="evaluation" value="eval_2"/>',
        '      <property name="baseline" value="eval_1"/>',
        '    </properties>',
        '    <testcase classname="sums.one" name="exact" time="1.500"/>',
        '    <testcase classname="sums.two" name="exact" time="1.500"/>',
        '  </testsuite>',
        '</testsuites>',
        '',
      ].join('\n'),
    );
  });

  it('tells every repeat that did not pass, with its reason', () => {
    const repeats = [1, 2, 3].map((repeat) =>
      resultOf('one', { repeat, scores: [score('exact', repeat === 2, 'is <b>')] }),
    );
    const xml = xmlOf({ results: repeats });
    expect(xml).toContain('tests="1" failures="1"');
    expect(xml).toContain('<failure message="#1: is &lt;b&gt;&#10;#3: is &lt;b&gt;"/>');
  });

  it('tells apart what failed, what could not be scored, what did not run, and what does not count', () => {
    const xml = xmlOf({
      summary: [{ scorer: 'tone', count: 1, uncalibrated: 1 }],
      results: [
        resultOf('broken', { scores: [score('code', false, 'threw', 'scorer.failed')] }),
        resultOf('judged', { scores: [score('tone', false, 'rude')] }),
        resultOf('dead', { status: 'failed', scores: [], error: { code: 'run.failed', message: 'It failed.' } }),
        resultOf('idle', { status: 'cancelled', scores: [] }),
      ],
    });
    expect(xml).toContain('tests="4" failures="1" errors="1" skipped="2"');
    expect(xml).toContain('<error message="#1: scorer.failed threw"/>');
    expect(xml).toContain('<skipped message="Not counted, for its judge is not calibrated. #1: rude"/>');
    expect(xml).toMatch(/classname="sums.dead" name="run".*\n.*<failure message="failed #1: run.failed It failed."/);
    expect(xml).toContain('<skipped message="#1 is cancelled"/>');
  });

  it('is XML whatever models say', () => {
    expect(escapeXml('<a b="c">&\'\n\t\u0000\u001b[0m\ud800 😀\uffff')).toBe(
      '&lt;a b=&quot;c&quot;&gt;&amp;&apos;&#10;&#9;\ufffd\ufffd[0m\ufffd 😀\ufffd',
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeXml(text)).toMatch(
          /^(?:[^<>"'&\u0000-\u001f\ufffe\uffff]|&(?:amp|lt|gt|quot|apos|#9|#10|#13);)*$/u,
        );
      }),
    );
  });
});
