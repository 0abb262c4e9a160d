import { settle } from '@visavis/testkit'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createGroupCommit } from './group-commit.ts'

const defer = (work: () => void) => void setImmediate(work)

it('[K4] writes the first at once, and what comes meanwhile as one batch, in order', async () => {
  const batches: number[][] = []
  let release: (() => void) | undefined
  const commit = createGroupCommit<number, number>({
    batchMax: 3,
    defer,
    write: async (batch) => {
      batches.push([...batch])
      await new Promise<void>((resolve) => (release = resolve))
      return batch.map((item) => item * 2)
    },
  })
  const first = commit.add(1)
  await settle()
  expect(batches).toEqual([[1]])
  const rest = [2, 3, 4, 5].map(commit.add)
  expect(commit.waiting()).toBe(4)
  release?.()
  expect(await first).toBe(2)
  await settle()
  expect(batches).toEqual([[1], [2, 3, 4]])
  release?.()
  await settle()
  release?.()
  expect(await Promise.all(rest)).toEqual([4, 6, 8, 10])
  expect(batches).toEqual([[1], [2, 3, 4], [5]])
})

it('[K4] a failed write fails its own items only, for any pattern of failures', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }), async (fails) => {
      let writes = 0
      const commit = createGroupCommit<number, number>({
        batchMax: 2,
        defer,
        write: async (batch) => {
          if (fails[writes++ % fails.length]) throw new Error('gone')
          return batch
        },
      })
      const outcomes = await Promise.allSettled(Array.from({ length: 9 }, (_, item) => commit.add(item)))
      outcomes.forEach((outcome, item) => {
        const failed = fails[Math.floor(item / 2) % fails.length]
        expect(outcome).toMatchObject(failed ? { status: 'rejected' } : { status: 'fulfilled', value: item })
      })
    }),
    { numRuns: 30 },
  )
})
