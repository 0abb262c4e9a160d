import type { Chance } from './chance.ts'

/** What can be done to sound bytes: wounds, splices, and MLS heads (RFC 9420 section 6) that say something else. */
const NOISE_BYTES_MAX = 1_500
const TAIL_BYTES_MAX = 40
/** Wire formats and a version, in the first four bytes of every MLS message. */
const HEAD_BYTES = 4

export function noise(chance: Chance, bytesMax: number): Uint8Array {
  return Uint8Array.from({ length: chance.below(bytesMax) }, () => chance.below(256))
}

/** @param others sound messages of any kind, for splices */
export function wounded(chance: Chance, sound: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  const at = chance.below(sound.length)
  switch (chance.below(8)) {
    case 0:
      return sound.slice(0, at)
    case 1:
      return joined(sound, noise(chance, TAIL_BYTES_MAX))
    case 2:
      return joined(sound.subarray(0, at), Uint8Array.of(chance.below(256)), sound.subarray(at))
    case 3:
      return joined(sound.subarray(0, at), sound.subarray(Math.min(sound.length, at + 1 + chance.below(64))))
    case 4: {
      const other = chance.oneOf(others)
      return joined(sound.subarray(0, at), other.subarray(Math.min(at, other.length)))
    }
    case 5: {
      // Where lengths, epochs and types stand.
      const place = chance.below(Math.min(sound.length, 90))
      return withByte(sound, place, chance.oneOf([0, 1, 0x3f, 0x40, 0x7f, 0x80, 0xbf, 0xff]))
    }
    case 6:
      return withByte(sound, chance.below(HEAD_BYTES), chance.below(8))
    default: {
      let hurt = sound
      for (let flips = 1 + chance.below(3); flips > 0; flips--) {
        const place = chance.below(sound.length)
        hurt = withByte(hurt, place, (hurt[place] ?? 0) ^ (1 << chance.below(8)))
      }
      return hurt
    }
  }
}

/** Noise under a sound head, or from the first byte on. */
export function headedNoise(chance: Chance, sound: Uint8Array): Uint8Array {
  const head = chance.happens(0.7) ? sound.subarray(0, chance.below(60)) : new Uint8Array()
  return joined(head, noise(chance, NOISE_BYTES_MAX))
}

function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const changed = Uint8Array.from(bytes)
  changed[at] = value
  return changed
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
