import { createContext } from 'svelte'
import type { Centre } from './centre-model.ts'

/** The centre of the pages below /safety: one choice of language and country for all of them. */
export const [getCentre, setCentre] = createContext<Centre>()
