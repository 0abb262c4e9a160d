import type { CentreContent, Language } from './content/shape.ts'

/** Each language is a file of its own: fetched when it is wanted, and kept with the rest of the app for a time without network. */
const LOADERS: Readonly<Record<Language, () => Promise<{ readonly content: CentreContent }>>> = {
  en: () => import('./content/en.ts'),
  es: () => import('./content/es.ts'),
  de: () => import('./content/de.ts'),
  fr: () => import('./content/fr.ts'),
  pt: () => import('./content/pt.ts'),
}

export async function loadContent(language: Language): Promise<CentreContent> {
  return (await LOADERS[language]()).content
}
