import { SvelteSet } from 'svelte/reactivity'

/** Messages whose file the person has uncovered in the first day, while the app is open: ids of messages, told to nobody. */
const uncovered = new SvelteSet<string>()

export const isUncovered = (messageId: string): boolean => uncovered.has(messageId)
export const uncover = (messageId: string): void => void uncovered.add(messageId)
