import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// One project for everything that runs in Node: tests stand beside what they test, `tests/` holds those of many modules.
export default defineConfig({
  test: {
    include: ['packages/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'apps/*/tests/**/*.test.ts', 'tools/**/*.test.ts'],
    // By itself it leaves one core free, which on a machine of two is half of it.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    globalSetup: ['apps/server/tests/support/run-folder.ts'],
    passWithNoTests: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
