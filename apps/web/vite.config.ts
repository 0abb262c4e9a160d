import { defineConfig } from 'vite'
import { BUILD, webPlugins } from './kit-options.ts'

const plugins = webPlugins('build', '.svelte-kit', process.env['VISAVIS_SAFETY_KEY'])
export default defineConfig({ build: BUILD, plugins })
