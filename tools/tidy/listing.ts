import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Made by commands or not ours; never read. */
const SKIPPED_FOLDERS = new Set(['node_modules', '.git', '.svelte-kit', 'build', 'paraglide', 'data', 'artifacts'])
const READ = /\.(?:ts|js|svelte|css|html|json|md|sh|sql)$/

/** The texts of a checkout by path relative to `root`, with slashes. */
export function readListing(root: string): ReadonlyMap<string, string> {
  const listing = new Map<string, string>()
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) {
        if (!SKIPPED_FOLDERS.has(entry.name)) visit(path)
      } else if (entry.isFile() && READ.test(entry.name)) listing.set(path, readFileSync(join(root, path), 'utf8'))
    }
  }
  visit('')
  return listing
}
