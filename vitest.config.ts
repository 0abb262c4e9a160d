import { defineConfig } from 'vitest/config'

// One project for everything that runs in Node: tests stand beside what they test, `tests/` holds those of many modules.
export default defineConfig({
  test: {
    include: ['packages/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'apps/*/tests/**/*.test.ts', 'tools/**/*.test.ts'],
    passWithNoTests: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
