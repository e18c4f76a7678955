import { defineConfig } from 'playwright/test';

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results/e2e',
  // Every test starts an app with a model; two at once would fight for two cores.
  workers: 1,
  fullyParallel: false,
  timeout: 180_000,
  // The debugger and the display are not ours. A second try is told in the totals, so that it hides nothing.
  retries: 1,
  expect: { timeout: 60_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  forbidOnly: true,
});
