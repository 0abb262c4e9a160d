import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runJob, runJobs } from './jobs.ts'

function isAlive(pid: number): boolean {
  try {
    // A zombie has ended and waits only for its parent to look.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

describe('jobs', () => {
  it('keeps the output and tells success from failure', async () => {
    expect(await runJob({ name: 'good', command: ['bash', '-c', 'echo out; echo err >&2'] })).toMatchObject({
      ok: true,
    })
    const bad = await runJob({ name: 'bad', command: ['bash', '-c', 'echo reason; exit 3'] })
    expect(bad).toMatchObject({ ok: false, output: expect.stringContaining('reason') })
  })

  it('reports a program that does not exist as a failed job', async () => {
    expect(await runJob({ name: 'none', command: ['no-such-program-here'] })).toMatchObject({ ok: false })
  })

  it('[O1] ends what a job left behind', async () => {
    const { output } = await runJob({ name: 'parent', command: ['bash', '-c', 'sleep 300 & echo $!'] })
    const pid = Number(output.trim())
    expect(pid).toBeGreaterThan(1)
    await expect.poll(() => isAlive(pid)).toBe(false)
  })

  it('runs all jobs, few at a time', async () => {
    const told: string[] = []
    const jobs = ['a', 'b', 'c'].map((name) => ({ name, command: ['bash', '-c', `echo ${name}`] as const }))
    const results = await runJobs(
      jobs.map(({ name, command }) => ({ name, command: [...command] })),
      2,
      ({ name }) => told.push(name),
    )
    expect(results.map(({ name }) => name).toSorted()).toEqual(['a', 'b', 'c'])
    expect(told.toSorted()).toEqual(['a', 'b', 'c'])
  })
})
