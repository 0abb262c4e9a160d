import { solveChallenge, type Challenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/sha'
import { GUIDELINES_VERSION, ROUTES } from '@visavis/wire'

const PASSWORD = 'tidy lantern orbits slowly'
const AT_ONCE = 4

/** Makes so many accounts, as the sign-up screen does, and returns the cookie of each. */
export async function signUpMany(port: number, count: number): Promise<readonly string[]> {
  const cookies: string[] = []
  let next = 0
  const worker = async () => {
    while (next < count) cookies.push(await signUp(port, `bench-${String(next++).padStart(4, '0')}`))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return cookies
}

async function signUp(port: number, handle: string): Promise<string> {
  const base = `http://127.0.0.1:${port}`
  const challenge = (await (await fetch(base + ROUTES.getChallenge.path)).json()) as Challenge
  const solution = await solveChallenge({ challenge, deriveKey })
  const proof = Buffer.from(JSON.stringify({ challenge, solution })).toString('base64')
  const answer = await fetch(base + ROUTES.createAccount.path, {
    method: 'POST',
    headers: { origin: `http://localhost:${port}`, 'content-type': 'application/json' },
    body: JSON.stringify({ handle, password: PASSWORD, adult: true, guidelines: GUIDELINES_VERSION, proof }),
  })
  if (!answer.ok) throw new Error(`sign-up: ${answer.status} ${await answer.text()}`)
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}
