import { describe, expect, it } from 'vitest';
import { groupsOf, metricsOf, seriesOf } from '../../../../renderer/features/speed/chart-data.ts';
import { FIGURES, hearingRow, profileRow, profileRun } from '../../../support/profiles.ts';

const tokens = (amount: number) => ({ task: 'chat', amount });
const faster = { ...FIGURES, decodeTokensPerSecond: 200 };

describe('what a chart of speed shows', () => {
  it('groups by what was to be read, and has a bar for each that was measured there', () => {
    const rows = [
      profileRow({ promptTokens: 256 }),
      profileRow({ promptTokens: 64, figures: faster }),
      profileRow({ promptTokens: 64, modelId: 'other', name: 'Other' }),
      profileRow({ promptTokens: 1024, figures: undefined }),
    ];
    const series = seriesOf([profileRun({ rows })]);
    expect(series.map(({ label }) => label)).toEqual(['Starter INT4', 'Other INT4']);
    const [first, second] = series.map(({ key }) => key);
    expect(groupsOf(series, 'decode')).toEqual([
      { given: tokens(64), values: { [first ?? '']: 200, [second ?? '']: 100 } },
      { given: tokens(256), values: { [first ?? '']: 100 } },
    ]);
    expect(groupsOf(series, 'memory')[1]).toEqual({ given: tokens(256), values: { [first ?? '']: 289 } });
  });

  it('shows of models that hear what they have, and no metric that nothing has', () => {
    const hearing = seriesOf([profileRun({ rows: [hearingRow(), hearingRow({ soundSeconds: 5 })] })]);
    expect(metricsOf(hearing)).toEqual(['hearing', 'firstText', 'load', 'memory']);
    expect(metricsOf(seriesOf([profileRun()]))).not.toContain('hearing');
    const both = seriesOf([profileRun({ rows: [hearingRow(), profileRow()] })]);
    expect(groupsOf(both, 'hearing').map(({ given }) => given)).toEqual([{ task: 'speech', amount: 30 }]);
    expect(groupsOf(both, 'firstText').map(({ given }) => given)).toEqual([
      tokens(64),
      { task: 'speech', amount: 30 },
    ]);
  });

  it('names what tells runs apart: device, machine, version, day', () => {
    const { machine } = profileRun();
    const labels = (...runs: Array<Parameters<typeof profileRun>[0]>) =>
      seriesOf(runs.map((change, at) => profileRun({ id: `run-${at}`, ...change }))).map(
        ({ label }) => label,
      );
    expect(labels({ rows: [profileRow(), profileRow({ device: 'gpu' })] })).toEqual([
      'Starter INT4, CPU × 2',
      'Starter INT4, GPU',
    ]);
    expect(labels({}, { machine: { ...machine, cpu: 'Other 9' } })).toEqual([
      'Starter INT4, Acme 3000',
      'Starter INT4, Other 9',
    ]);
    expect(
      labels(
        {},
        {
          machine: { ...machine, cpu: 'Intel(R) Core(TM) i7-1 CPU @ 2.80GHz' },
          measuredAt: '2026-11-27T10:00:00.000Z',
        },
      ),
    ).toEqual(['Starter INT4, Acme 3000', 'Starter INT4, Intel Core i7-1']);
    expect(labels({}, { measuredAt: '2026-11-27T10:00:00.000Z' })).toEqual([
      'Starter INT4, 2026-11-26',
      'Starter INT4, 2026-11-27',
    ]);
  });
});
