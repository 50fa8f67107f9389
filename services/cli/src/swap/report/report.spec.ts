import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { create, SurvivalReportSchema } from '@switchyard/contracts';
import { swapMessage } from '../swap.fixture.js';
import { reportHtml } from './report-html.js';
import { reportJson, type ReportCanary } from './report.js';

const EVIL = `<script>alert(1)</script><img src=x onerror=alert(1)>"'\u202e&amp;`;

describe('the report of a swap', () => {
  it('says the verdict, why, what it costs and what it rests on, in words and in plots', () => {
    const html = reportHtml({ swap: swapMessage() });
    for (const told of [
      'Proved no worse.',
      'Not worse by more than 5 points: exact.',
      '86 % less',
      '31 % less',
      'margin −5 points',
      '120 cases',
      'not counted',
    ])
      expect(html).toContain(told);
    expect(html.match(/<svg /g)).toHaveLength(2);
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  });

  it.each([
    ['refused', 'do not swap'],
    ['inconclusive', 'Not decided'],
    ['rolled_back', 'did worse at work'],
    ['promoted', 'now in use'],
    ['stopped', 'nothing was swapped'],
    ['evaluating', 'Under way'],
  ])('of one that is %s says so in one line', (status, words) => {
    expect(reportHtml({ swap: swapMessage({ status, comparisons: [] }) })).toContain(words);
  });

  it('shows each guardrail of the canary, better to the right', () => {
    const canary: ReportCanary = {
      ...{ state: 'ended', decision: 'rolled_back', reason: 'success is worse by 9 points.' },
      guardrails: [
        {
          ...{
            name: 'success',
            measure: 'success',
            margin: 0.02,
            difference: -0.09,
            low: -0.15,
            high: -0.03,
            verdict: 'harm',
            note: 'Worse.',
          },
          ...{ baseline: { exposures: 900, mean: 0.96 }, candidate: { exposures: 100, mean: 0.87 } },
        },
      ],
    };
    const html = reportHtml({ swap: swapMessage({ status: 'rolled_back' }), canary });
    expect(html).toContain('It was rolled back. success is worse by 9 points.');
    expect(html).toContain('0.870 (100)');
    expect(reportJson({ swap: swapMessage(), canary })).toMatchObject({ canary: { guardrails: [{ low: -0.15 }] } });
  });

  it('draws how long configurations of the agent last, once one has ended', () => {
    const of = (ended: number) =>
      create(SurvivalReportSchema, {
        unit: 'days',
        groups: [
          {
            ...{ lives: 3, ended, until: 12, causes: [{ cause: 'rolled_back', ended }] },
            curve: [{ time: 4, atRisk: 3, ended: 1, survival: 0.67, low: 0.2, high: 0.9 }],
          },
        ],
      });
    const html = reportHtml({ swap: swapMessage(), survival: of(1) });
    expect(html).toContain('1 of 3 configurations of this agent have ended: rolled back 1.');
    expect(html.match(/<svg /g)).toHaveLength(3);
    expect(reportHtml({ swap: swapMessage(), survival: of(0) }).match(/<svg /g)).toHaveLength(2);
  });

  it('escapes all that others wrote: names, reasons, notes, cases', () => {
    const worse = [{ scorer: EVIL, caseId: EVIL, baseline: 1, candidate: 0, reason: EVIL }];
    const [comparison] = swapMessage({}, [
      { scorer: EVIL, verdict: EVIL, note: EVIL, gates: true, cases: 1 },
    ]).comparisons;
    const swap = swapMessage({
      ...{ agent: EVIL, reason: EVIL, startedBy: EVIL, approvedBy: EVIL },
      comparisons: [{ kind: 'suite', comparison: comparison?.comparison ?? {}, worse }],
      steps: [{ act: EVIL, actor: EVIL, note: EVIL }],
    });
    const html = reportHtml({ swap });
    expect(html).not.toMatch(/<script|<img|onerror=alert\(1\)>(?!&)|\u202e/);
    expect(html).toContain('&lt;script&gt;');
  });

  it('has no tag in it that is not its own, whatever is written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const tags = (html: string) => html.match(/<[^>]*>/g)?.length;
        const of = (reason: string) =>
          tags(reportHtml({ swap: swapMessage({ reason: `x${reason}`, startedBy: reason }) }));
        expect(of(text)).toBe(of(''));
      }),
    );
  });
});
