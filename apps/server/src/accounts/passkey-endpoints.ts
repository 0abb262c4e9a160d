import { isAPIError } from 'better-auth/api'
import { CODES, HTTP_BODY_BYTES_MAX, type Code } from '@visavis/wire'
import type { Person } from '../http/index.ts'
import type { AuthLibrary } from './auth-library.ts'

/** The only endpoints of the library that can be reached over HTTP: the two halves of both passkey ceremonies. */
export const PASSKEY_ENDPOINTS = {
  '/api/auth/passkey/generate-register-options': 'GET',
  '/api/auth/passkey/verify-registration': 'POST',
  '/api/auth/passkey/generate-authenticate-options': 'GET',
  '/api/auth/passkey/verify-authentication': 'POST',
} as const satisfies Record<string, 'GET' | 'POST'>

export type PasskeyEndpointsDeps = {
  readonly auth: AuthLibrary
  readonly authenticate: (headers: Headers) => Promise<Person | undefined>
  readonly healthy: () => Promise<boolean>
  /** What the library is given, and stores, in place of the context a client sent; undefined for one not made by us. */
  readonly admitContext: (context: string) => string | undefined
}

/**
 * Answers a passkey request, or undefined when the path is none of the four. Requests are rebuilt from what we know, so
 * that a client cannot choose names or ask for odd options; answers are cut down, because the library's hold the
 * session token, which belongs into the HttpOnly cookie alone. Refusals carry a code as everywhere:
 * ACCOUNT_PASSKEY_FAILED, or SERVER_STORAGE.
 */
export function createPasskeyEndpoints(deps: PasskeyEndpointsDeps) {
  return async (request: Request): Promise<Response | undefined> => {
    const url = new URL(request.url)
    const method = Object.hasOwn(PASSKEY_ENDPOINTS, url.pathname)
      ? PASSKEY_ENDPOINTS[url.pathname as keyof typeof PASSKEY_ENDPOINTS]
      : undefined
    if (!method || request.method !== method) return undefined
    const person = await deps.authenticate(request.headers)
    const rebuilt =
      method === 'GET' ? rebuildQuery(url, request, person, deps.admitContext) : await rebuildBody(url, request, person)
    if (!rebuilt) return refusal('WIRE_INVALID')
    const answer = await deps.auth.handler(rebuilt).catch(refuseExpected)
    if (!answer?.ok) return refusal((await deps.healthy()) ? 'ACCOUNT_PASSKEY_FAILED' : 'SERVER_STORAGE')
    const body = method === 'GET' ? await answer.text() : '{}'
    const headers = new Headers({ 'content-type': 'application/json', 'cache-control': 'no-store' })
    for (const cookie of answer.headers.getSetCookie()) headers.append('set-cookie', cookie)
    return new Response(body, { status: 200, headers })
  }
}

// The library answers a malformed credential and a lost database alike, by an error of its own; anything else is a bug
// and goes on to the edge.
function refuseExpected(error: unknown): undefined {
  if (isAPIError(error)) return undefined
  throw error
}

function rebuildQuery(
  url: URL,
  request: Request,
  person: Person | undefined,
  admitContext: PasskeyEndpointsDeps['admitContext'],
): Request {
  const target = new URL(url.pathname, url.origin)
  if (url.pathname.endsWith('/generate-register-options')) {
    const context = admitContext(url.searchParams.get('context') ?? '')
    // A person who is signed in adds a passkey to their own account, whatever context came along.
    if (person) target.searchParams.set('name', person.handle)
    else if (context) target.searchParams.set('context', context)
  }
  return new Request(target, { method: 'GET', headers: forwarded(request.headers) })
}

async function rebuildBody(url: URL, request: Request, person: Person | undefined): Promise<Request | undefined> {
  const length = Number(request.headers.get('content-length') ?? Number.NaN)
  if (!(length > 0 && length <= HTTP_BODY_BYTES_MAX)) return undefined
  let response: unknown
  try {
    response = ((await request.json()) as { response?: unknown } | null)?.response
  } catch {
    return undefined
  }
  if (typeof response !== 'object' || response === null) return undefined
  const registers = url.pathname.endsWith('/verify-registration')
  return new Request(new URL(url.pathname, url.origin), {
    method: 'POST',
    headers: forwarded(request.headers),
    body: JSON.stringify(registers ? { response, createSession: !person } : { response }),
  })
}

// Cookie and origin are all the library needs; what it is not given it cannot store.
function forwarded(headers: Headers): Headers {
  const kept = new Headers({ 'content-type': 'application/json' })
  for (const name of ['cookie', 'origin'] as const) {
    const value = headers.get(name)
    if (value !== null) kept.set(name, value)
  }
  return kept
}

function refusal(code: Code): Response {
  return Response.json({ code }, { status: CODES[code].status, headers: { 'cache-control': 'no-store' } })
}
