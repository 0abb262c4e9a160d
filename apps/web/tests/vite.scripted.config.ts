import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { BUILD, webPlugins } from '../kit-options.ts'

/** The same app with a scripted engine and messenger in place of the real ones, for screens that need other people. */
const SCRIPTED = ['engine', 'messenger']

export default defineConfig({
  build: BUILD,
  plugins: [
    {
      name: 'scripted-engine',
      enforce: 'pre',
      resolveId: (source) => {
        const name = SCRIPTED.find((each) => source.endsWith(`/open-${each}.ts`))
        return name ? fileURLToPath(new URL(`./scripted-${name}.ts`, import.meta.url)) : null
      },
    },
    ...webPlugins('.svelte-kit/scripted-site', '.svelte-kit/scripted'),
  ],
})
