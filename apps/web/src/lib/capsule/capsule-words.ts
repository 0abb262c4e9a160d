import { DAY } from '@visavis/ports'
import { m } from '#paraglide/messages.js'
import { CAPSULE_MS } from './capsule-shelf.ts'
import type { CapsuleHead, Submission } from './types.ts'

/** How much is in it: "3 pictures, 12 messages". */
export function countWords({ pictureCount, textCount }: Pick<CapsuleHead, 'pictureCount' | 'textCount'>): string {
  const pictures =
    pictureCount === 0
      ? m.capsule_no_pictures()
      : pictureCount === 1
        ? m.capsule_picture()
        : m.capsule_pictures({ count: pictureCount })
  const texts =
    textCount === 0 ? m.capsule_no_texts() : textCount === 1 ? m.capsule_text() : m.capsule_texts({ count: textCount })
  return m.capsule_counts({ pictures, texts })
}

/** How long it stays. */
export function daysLeftWords({ keptAtMs }: Pick<CapsuleHead, 'keptAtMs'>, nowMs: number): string {
  const days = Math.floor((keptAtMs + CAPSULE_MS - nowMs) / DAY)
  if (days < 1) return m.capsule_last_day()
  return days === 1 ? m.capsule_day() : m.capsule_days({ count: days })
}

/** What the moderators' side found when it came. */
export function verdictWords({ isVerified, faults }: Pick<Submission, 'isVerified' | 'faults'>): string {
  if (isVerified) return m.evidence_verified()
  return faults.length > 0 ? m.evidence_not_verified() : m.capsule_without_proof()
}
