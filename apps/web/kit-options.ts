import { paraglideVitePlugin } from '@inlang/paraglide-js'
import adapter from '@sveltejs/adapter-static'
import { sveltekit } from '@sveltejs/kit/vite'
import type { PluginOption } from 'vite'
import { tesseractCore } from './tesseract-core.ts'
import { lessTensorflow, nudityModel } from './nudity-model.ts'
import { safetyPacks } from './safety-packs.ts'

/**
 * The content security policy, as a meta element in the page; kit adds the hash of its own inline start script.
 * Inline style attributes stay allowed because kit's route announcer and floating panels set them from script;
 * inline style elements do not. The same policy is repeated by the server as a header, with `frame-ancestors`, and with
 * WebAssembly, which a worker needs and a page does not: a worker obeys the header of its own file alone.
 */
const DIRECTIVES = {
  'default-src': ['none'],
  'script-src': ['self'],
  'style-src-elem': ['self'],
  'style-src-attr': ['unsafe-inline'],
  'img-src': ['self', 'data:', 'blob:'],
  'media-src': ['self', 'blob:', 'mediastream:'],
  'connect-src': ['self'],
  'worker-src': ['self'],
  'manifest-src': ['self'],
  'font-src': ['self'],
  'base-uri': ['none'],
  'form-action': ['none'],
  'require-trusted-types-for': ['script'],
  'trusted-types': ['svelte-trusted-html', 'visavis-worker'],
} as const

/**
 * The oldest browsers that know `light-dark()`. A lower target would have it rewritten into variables that are settled
 * once at the root, and then a dark stage on a light page would keep the page's colours.
 */
export const BUILD = { cssTarget: ['chrome123', 'firefox120', 'safari17.5'] }

type Directives = { -readonly [N in keyof typeof DIRECTIVES]: [...(typeof DIRECTIVES)[N]] }

/**
 * Plugins of the static build into `pages`; every address answers with `index.html`. `outDir` holds generated files.
 *
 * @param safetyKey who signs rules of safety for this app, if it is somebody else (`pack-key.ts`)
 */
export function webPlugins(pages: string, outDir: string, safetyKey?: string): PluginOption[] {
  const directives: Directives = structuredClone(DIRECTIVES) as unknown as Directives
  return [
    nudityModel(),
    tesseractCore(),
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/paraglide',
      strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
      emitTsDeclarations: true,
    }),
    sveltekit({
      adapter: adapter({ pages, assets: pages, fallback: 'index.html' }),
      outDir,
      csp: { mode: 'hash', directives },
      version: { pollInterval: 0 },
      // The app registers it itself: later, and with the one policy for addresses of scripts.
      serviceWorker: { register: false },
    }),
    // The messenger's worker fetches parts of itself when it needs them, which only a module can.
    {
      name: 'module-workers',
      config: () => ({
        worker: { format: 'es', plugins: () => [lessTensorflow(), tesseractCore(), safetyPacks(safetyKey)] },
      }),
    },
  ]
}
