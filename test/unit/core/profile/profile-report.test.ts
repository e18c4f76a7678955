import { describe, expect, it } from 'vitest';
import { tablesOf, toMarkdown } from '../../../../core/profile/profile-report.ts';
import { FIGURES, HEARING_FIGURES, hearingRow, profileRow, profileRun } from '../../../support/profiles.ts';

const FULL = { code: 'CONTEXT_FULL', message: 'This model holds 2048 tokens.' } as const;

describe('a report of speed', () => {
  it('says what machine it was, what was measured, and what could not be', () => {
    const failed = profileRow({ figures: undefined, error: FULL, promptTokens: 4096 });
    const text = toMarkdown([profileRun({ rows: [profileRow(), failed] })]);
    expect(text).toContain('Acme 3000, 2 cores, AVX2, 16.0 GB of memory, linux x64');
    expect(text).toContain('Sotto 0.1.0, LiteRT-LM 0.18.1');
    expect(text).toMatch(/\| Starter, INT4 \| 94\.0 MB \| CPU, 2 threads \| 74 \+ 64 +\| 820 +\| 100\.0/);
    expect(text).toContain('- Starter, CPU, 4096 tokens: This model holds 2048 tokens.');
  });

  it('has columns for what the system told, and no others', () => {
    expect(tablesOf([profileRow()])).not.toMatch(/Energy|Heat|KL/);
    const accuracy = { perplexityRatio: 1.006, klDivergence: 0.0152, top1Percent: 92 };
    const figures = { ...FIGURES, joulesPerAnswer: 12.34, celsius: 71.6, wasThrottled: true };
    const table = tablesOf([profileRow({ accuracy, figures })]);
    expect(table).toMatch(/Energy, J\/answer \| Heat +\| KL to FP32/);
    expect(table).toMatch(/12\.3 +\| 72 °C, slowed down \| 0\.015/);
  });

  it('has a table of its own for what hears', () => {
    const accuracy = { changedWordsPercent: 0.5, klDivergence: 0.0025, top1Percent: 99.3 };
    const figures = { ...HEARING_FIGURES, joulesPerAnswer: 3.21 };
    const failed = hearingRow({ figures: undefined, error: FULL, soundSeconds: 5 });
    const text = toMarkdown([
      profileRun({ rows: [hearingRow({ accuracy, figures }), profileRow(), failed] }),
    ]);
    const [chat, hearing] = text.split('\n\n').filter((part) => part.startsWith('|'));
    expect(chat).toMatch(/Prefill, tokens\/s/);
    expect(chat).not.toMatch(/Whisper|real time/);
    expect(hearing).toMatch(
      /\| Whisper base, INT8 \| 78\.9 MB \| CPU, 2 threads \| 30 s \+ 92 +\| 30\.0 +\| 1000 \/ 1100/,
    );
    expect(hearing).toMatch(/Words changed by precision, %/);
    expect(text).toContain('- Whisper base, CPU, 5 s of speech: This model holds 2048 tokens.');
  });

  it('is a table whatever a model is called', () => {
    const lines = tablesOf([profileRow({ name: 'a|b' })]).split('\n');
    const cells = (line: string | undefined) => line?.replaceAll('\\|', '').split('|').length;
    expect(new Set(lines.map(cells)).size).toBe(1);
  });
});
