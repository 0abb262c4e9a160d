import { defineConfig } from '@playwright/test'

/** Chromium of the system (Debian's), never one that a package downloads. */
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

// Fake devices and no questions, so that a test decides what a camera shows; nothing leaves the machine.
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
]

export default defineConfig({
  testDir: '.',
  // `tools/test.ts` runs them in two lanes side by side, each one test at a time: media of several browsers fills two cores, while
  // people who write mostly wait. What passes only at the second try is named at the end.
  projects: [
    {
      name: 'calls',
      testMatch: '**/*.spec.ts',
      testIgnore: ['messages/**', 'safety/**', 'screens.spec.ts'],
      outputDir: '../artifacts/e2e/calls',
    },
    { name: 'messages', testMatch: ['messages/*.spec.ts', 'safety/*.spec.ts'], outputDir: '../artifacts/e2e/messages' },
    { name: 'screens', testMatch: 'screens.spec.ts', outputDir: '../artifacts/e2e/screens' },
  ],
  workers: 1,
  fullyParallel: false,
  retries: 1,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // The name of the JSON file is given by PLAYWRIGHT_JSON_OUTPUT_FILE; without it a file of its own is written.
  reporter: [
    ['list'],
    ['json', { outputFile: process.env['PLAYWRIGHT_JSON_OUTPUT_FILE'] ?? '../artifacts/reports/playwright.json' }],
  ],
  use: {
    headless: true,
    viewport: { width: 1440, height: 900 },
    launchOptions: { executablePath, args },
    screenshot: 'only-on-failure',
    // Recording pictures of every page all the time would take as much of the machine as the calls themselves.
    trace: 'on-first-retry',
  },
})
