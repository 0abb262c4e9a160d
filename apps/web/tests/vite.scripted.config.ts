import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { BUILD, webPlugins } from '../kit-options.ts'

/** The same app with a scripted engine in place of the real one, for tests of screens that need another person. */
export default defineConfig({
  build: BUILD,
  plugins: [
    {
      name: 'scripted-engine',
      enforce: 'pre',
      resolveId: (source) =>
        source.endsWith('/open-engine.ts') ? fileURLToPath(new URL('./scripted-engine.ts', import.meta.url)) : null,
    },
    ...webPlugins('.svelte-kit/scripted-site', '.svelte-kit/scripted'),
  ],
})
