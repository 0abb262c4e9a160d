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

/** One browser, or several whose calls are short or of text. */
const FEW_MEDIA = [
  'outcomes.spec.ts',
  'safety-centre.spec.ts',
  'room-check.spec.ts',
  'background-drawing.spec.ts',
] as const

export default defineConfig({
  testDir: '.',
  // Before all: what every server of the run begins with.
  globalSetup: './support/global-setup.ts',
  // Two lanes take file after file from one queue, in the order of the projects, so that both end at about the same time. Calls
  // are one lane's only, one at a time: the media of several browsers fill two cores, while people who write mostly wait.
  // With a third lane beside them, pictures stood still on a busy machine. Screens have a site built for them, which one lane
  // does once. Messages, of which there is most, come last and fill both. What passes only at the second try is named at
  // the end.
  projects: [
    {
      name: 'calls',
      testMatch: '**/*.spec.ts',
      testIgnore: ['messages/**', 'safety/**', 'screens.spec.ts', ...FEW_MEDIA],
      outputDir: '../artifacts/e2e/calls',
      workers: 1,
    },
    { name: 'screens', testMatch: 'screens.spec.ts', outputDir: '../artifacts/e2e/screens', workers: 1 },
    { name: 'outcomes', testMatch: [...FEW_MEDIA], outputDir: '../artifacts/e2e/outcomes' },
    { name: 'messages', testMatch: ['messages/*.spec.ts', 'safety/*.spec.ts'], outputDir: '../artifacts/e2e/messages' },
  ],
  workers: 2,
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
