import type { FileId } from '@visavis/wire'

export const fileIdOf = (number: number) => `f0000000-0000-4000-8000-${String(number).padStart(12, '0')}` as FileId
