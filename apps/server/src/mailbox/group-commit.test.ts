import { createFakeClock, settle } from '@visavis/testkit'
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

it('[K4] spaces the writes of a steady trickle, but lets neither the first nor a full batch wait', async () => {
  const clock = createFakeClock()
  const batches: number[][] = []
  const commit = createGroupCommit<number, number>({
    batchMax: 3,
    defer,
    spacing: { ms: 8, clock },
    write: async (batch) => {
      batches.push([...batch])
      return batch
    },
  })
  const first = commit.add(1)
  await settle()
  expect(batches).toEqual([[1]])
  const soon = [commit.add(2), commit.add(3)]
  await settle()
  expect(batches).toHaveLength(1)
  await clock.advance(8)
  await settle()
  expect(batches).toEqual([[1], [2, 3]])
  const many = [4, 5, 6].map(commit.add)
  await settle()
  expect(batches).toEqual([[1], [2, 3], [4, 5, 6]])
  await clock.advance(100)
  const later = commit.add(7)
  await settle()
  expect(batches).toEqual([[1], [2, 3], [4, 5, 6], [7]])
  expect(await Promise.all([first, ...soon, ...many, later])).toEqual([1, 2, 3, 4, 5, 6, 7])
})
