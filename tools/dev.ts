import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorBody, GUIDELINES_VERSION, ROUTES } from '@visavis/wire'
import { solveChallenge, type Challenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/sha'
import * as z from 'zod/mini'
import { ROOT, runJob } from './jobs.ts'

/**
 * `npm run dev`: the whole product with a throw-away data folder and people in it: alice and bob, to be opened in two
 * browsers, and mod, who may read reports. Everything vanishes when it is stopped (Ctrl-C).
 */
const port = process.env['PORT'] ?? '8080'
const origin = `http://localhost:${port}`
const PASSWORD = 'correct-horse-battery-visavis'
const READY_WAIT_MS = 60_000
const POLL_MS = 200

const dataDir = mkdtempSync(join(tmpdir(), 'visavis-dev-'))
process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }))
const env = { ...process.env, PORT: port, VISAVIS_DATA: dataDir, VISAVIS_PROOF_COST: '100', DATABASE_URL: undefined }

// The embedded database belongs to one process at a time, so the moderator is made before the server starts.
async function createModerator(): Promise<string> {
  const made = await runJob({
    name: 'staff',
    command: ['node', 'apps/server/src/staff-cli.ts', 'create', 'mod'],
    env: { VISAVIS_DATA: dataDir, DATABASE_URL: '' },
  })
  if (!made.ok) throw new Error(`The moderator could not be made:\n${made.output}`)
  return made.output.trim()
}

async function untilReady(stopped: AbortSignal): Promise<void> {
  const untilMs = Date.now() + READY_WAIT_MS
  while (Date.now() < untilMs) {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined)
    if (answer?.ok) return
    await sleep(POLL_MS, undefined, { signal: stopped })
  }
  throw new Error('The server did not become ready; its messages are above.')
}

async function createPerson(handle: string): Promise<void> {
  const challenge = await fetch(`${origin}${ROUTES.getChallenge.path}`).then(
    (answer) => answer.json() as Promise<Challenge>,
  )
  const solution = await solveChallenge({ challenge, deriveKey })
  const proof = Buffer.from(JSON.stringify({ challenge, solution })).toString('base64')
  const body = { handle, password: PASSWORD, adult: true, guidelines: GUIDELINES_VERSION, proof }
  const answer = await fetch(`${origin}${ROUTES.createAccount.path}`, {
    method: ROUTES.createAccount.method,
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify(body),
  })
  if (answer.ok) return
  const refusal = z.safeParse(errorBody, await answer.json())
  throw new Error(`${handle} could not be made: ${refusal.success ? refusal.data.code : answer.status}`)
}

console.log('preparing the web app ...')
const built = await runJob({ name: 'build', command: ['node', 'tools/build-web.ts'] })
if (!built.ok) throw new Error(built.output)
console.log('making the moderator ...')
const moderator = await createModerator()

const server = spawn(process.execPath, ['apps/server/src/main.ts'], { cwd: ROOT, env, stdio: 'inherit' })
const stopped = new AbortController()
server.once('exit', (code) => {
  stopped.abort()
  process.exitCode = code ?? 1
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.kill(signal))

try {
  await untilReady(stopped.signal)
  await createPerson('alice')
  await createPerson('bob')
  console.log(`
  ${origin}/sign-in    alice  ${PASSWORD}
  http://127.0.0.1:${port}/sign-in    bob    ${PASSWORD}   (another address, so both fit in one browser)
  moderator: ${moderator}
  Ctrl-C ends it and forgets everything.
`)
} catch (error) {
  server.kill('SIGTERM')
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
