import { advice } from './en-advice.ts'
import { flags } from './en-flags.ts'
import { policy } from './en-policy.ts'
import { words } from './en-words.ts'
import type { CentreContent } from './shape.ts'

export const content: CentreContent = { language: 'en', words, advice, flags, policy }
