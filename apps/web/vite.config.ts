import { defineConfig } from 'vite'
import { BUILD, webPlugins } from './kit-options.ts'

export default defineConfig({ build: BUILD, plugins: webPlugins('build', '.svelte-kit') })
