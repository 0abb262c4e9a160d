import { expect } from '@playwright/test'
import { GUIDELINES_VERSION, ROUTES, type RouteResponse } from '@visavis/wire'
import { solveChallenge, type Challenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/sha'
import type { Person } from './person.ts'

/**
 * A kept connection would be the context's for its later requests, too, and may be closed by the server in the moment one
 * is sent: a solved puzzle is longer under way than the server keeps an idle connection, on a busy machine.
 */
const headers = { connection: 'close' }

/**
 * Leaves a person where `signUp` leaves them, in the lobby of an account of their own, by the requests that its pages send:
 * for tests of what comes after. Pressing every button takes a browser several times as long. Not for a person whose
 * browser has a way of its own to the server: these requests come from the test.
 * The handle is the person's, where they have one already, or else the first that is suggested.
 */
export async function haveAccount(person: Person): Promise<void> {
  const { context, page, password } = person
  const { request } = context
  const suggested = await request.get(ROUTES.suggestHandles.path, { headers })
  const { handles } = (await suggested.json()) as RouteResponse<'suggestHandles'>
  const handle = person.handle || handles[0]
  if (handle === undefined) throw new Error('no handle was suggested')
  const challenge = (await (await request.get(ROUTES.getChallenge.path, { headers })).json()) as Challenge
  const solution = await solveChallenge({ challenge, deriveKey })
  const proof = Buffer.from(JSON.stringify({ challenge, solution })).toString('base64')
  const answer = await request.post(ROUTES.createAccount.path, {
    headers: { ...headers, origin: new URL(suggested.url()).origin },
    data: { handle, password, adult: true, guidelines: GUIDELINES_VERSION, proof },
  })
  expect(answer.ok(), await answer.text()).toBe(true)
  person.handle = handle
  await page.goto('/lobby')
  await expect(page).toHaveURL(/\/lobby$/, { timeout: 60_000 })
}
