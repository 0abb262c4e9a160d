import { createHmac } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createMac } from './mac.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

it('[T2] the code of a stamp is HMAC-SHA-256, by the vectors of RFC 4231', () => {
  const cases = [
    [
      Buffer.alloc(20, 0x0b),
      Buffer.from('Hi There'),
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    ],
    [
      Buffer.from('Jefe'),
      Buffer.from('what do ya want for nothing?'),
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      Buffer.alloc(20, 0xaa),
      Buffer.alloc(50, 0xdd),
      '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
    ],
  ] as const
  for (const [key, input, expected] of cases) expect(hex(createMac(key).of(input))).toBe(expected)
})

it('[T2] one code for any input, whatever came before it', () => {
  const bytes = (maxLength: number) => fc.uint8Array({ maxLength })
  fc.assert(
    fc.property(bytes(64), fc.array(bytes(1_400), { maxLength: 4 }), (key, inputs) => {
      const mac = createMac(key)
      for (const input of inputs) expect(hex(mac.of(input))).toBe(createHmac('sha256', key).update(input).digest('hex'))
    }),
  )
})

it('[T2] a destroyed key makes other codes, and a longer one than a block is refused', () => {
  const [key, input] = [Buffer.alloc(32, 7), Buffer.from('x')]
  const mac = createMac(key)
  const before = hex(mac.of(input))
  mac.destroy()
  expect(hex(mac.of(input))).not.toBe(before)
  expect(() => createMac(Buffer.alloc(65))).toThrow(RangeError)
})
