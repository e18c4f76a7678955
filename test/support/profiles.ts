import type {
  ChatRow,
  HearingFigures,
  HearingRow,
  ProfileFigures,
  ProfileRun,
} from '../../contract/profile.ts';

export const FIGURES: ProfileFigures = {
  rounds: 5,
  promptTokens: 74,
  answerTokens: 64,
  loadMs: 400,
  firstTextMs: { p50: 90, p95: 120 },
  tokenMs: { p50: 10, p95: 12.5 },
  prefillTokensPerSecond: 820,
  decodeTokensPerSecond: 100,
  peakRssBytes: 289_000_000,
};

export const HEARING_FIGURES: HearingFigures = {
  rounds: 5,
  answerTokens: 92,
  loadMs: 400,
  firstTextMs: { p50: 350, p95: 380 },
  wholeTextMs: { p50: 1000, p95: 1100 },
  encodeMs: { p50: 300, p95: 320 },
  tokenMs: { p50: 5, p95: 6 },
  decodeTokensPerSecond: 200,
  timesRealtime: 30,
  peakRssBytes: 310_000_000,
};

export function hearingRow(change: Partial<HearingRow> = {}): HearingRow {
  return {
    task: 'speech',
    modelId: 'whisper-base',
    name: 'Whisper base',
    quantization: 'INT8',
    sizeBytes: 78_900_000,
    device: 'cpu',
    threads: 2,
    batch: 1,
    soundSeconds: 30,
    figures: HEARING_FIGURES,
    ...change,
  };
}

export function profileRow(change: Partial<ChatRow> = {}): ChatRow {
  return {
    task: 'chat',
    modelId: 'starter',
    name: 'Starter',
    quantization: 'INT4',
    sizeBytes: 94_000_000,
    device: 'cpu',
    threads: 2,
    batch: 1,
    promptTokens: 64,
    figures: FIGURES,
    ...change,
  };
}

export function profileRun(change: Partial<ProfileRun> = {}): ProfileRun {
  return {
    version: 1,
    id: 'run-1',
    measuredAt: '2026-11-26T10:00:00.000Z',
    isWhole: true,
    machine: {
      cpu: 'Acme 3000',
      features: ['AVX2'],
      physicalCores: 2,
      logicalCores: 4,
      memoryBytes: 16e9,
      platform: 'linux',
      arch: 'x64',
      sotto: '0.1.0',
      runtime: 'LiteRT-LM 0.18.1',
    },
    plan: {
      ...{ models: [], devices: ['cpu'], threads: [], promptTokens: [64], answerTokens: 64 },
      soundSeconds: [30],
      rounds: 5,
    },
    rows: [profileRow()],
    ...change,
  };
}
