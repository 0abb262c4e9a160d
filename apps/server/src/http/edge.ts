import type { HttpBindings } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import type { Clock, Log } from '@visavis/ports'
import {
  CODES,
  fail,
  HTTP_BODY_BYTES_MAX,
  ok,
  ROUTES,
  VisavisError,
  type AccountId,
  type Code,
  type DeviceId,
  type ErrorBody,
  type Fail,
  type Result,
  type RouteName,
  type RouteRequest,
  type RouteResponse,
  type Who,
} from '@visavis/wire'
import type { Metrics } from '../metrics.ts'
import { isStorageFailure } from '../storage/index.ts'
import { isSameOrigin } from './origin.ts'
import { addressGroup, budgetOf, type Budget, type RateLimits } from './rate-limit.ts'

/** Who sends a request or opened a socket, as every subject sees them. */
export type Person = {
  readonly accountId: AccountId
  /** The registered device this session is bound to; without one the session goes by its own id. */
  readonly deviceId: DeviceId
  readonly sessionId: string
  /** Whether `deviceId` is a registered device: only then there are private messages. */
  readonly isRegistered: boolean
  readonly handle: string
  readonly role: 'person' | 'moderator'
  readonly sanctioned: boolean
}

type PersonFor<N extends RouteName> = (typeof ROUTES)[N]['who'] extends 'anyone' ? Person | undefined : Person

export type RouteInput<N extends RouteName> = {
  readonly person: PersonFor<N>
  readonly request: RouteRequest<N>
  readonly params: Readonly<Record<string, string>>
  readonly headers: Headers
  /** Adds a Set-Cookie header to the answer. */
  setCookie: (cookie: string) => void
}
/** A route's work. Its answer is checked against the contract; what the contract does not name never leaves. */
export type RouteHandler<N extends RouteName> = (input: RouteInput<N>) => Promise<Result<RouteResponse<N>>>
export type RouteHandlers = { [N in RouteName]?: RouteHandler<N> }

export type EdgeDeps = {
  readonly origins: readonly string[]
  readonly authenticate: (headers: Headers) => Promise<Person | undefined>
  readonly limits: RateLimits
  readonly handlers: RouteHandlers
  readonly trustedProxyHeader: string | undefined
  readonly headers: Readonly<Record<string, string>>
  /** Answers /api/auth/*: the few passkey endpoints of the accounts library; undefined for any other path. */
  readonly passkey: (request: Request) => Promise<Response | undefined>
  readonly files: (request: Request) => Promise<Response | undefined>
  readonly healthy: () => Promise<boolean>
  readonly metrics: Metrics
  readonly clock: Clock
  readonly log: Log
}

type Env = { Bindings: HttpBindings }
type Call = Context<Env>

/**
 * The HTTP edge. A route of the contract is reached only through its rule: rate limit, same origin for whatever is not
 * a GET, who may, size, schema - in this order, so that the cheapest refusal comes first.
 */
export function createEdge(deps: EdgeDeps) {
  const app = new Hono<Env>()
  app.use(async (context, next) => {
    const startedMs = deps.clock.monotonicMs()
    await next()
    for (const [name, value] of Object.entries(deps.headers)) context.res.headers.set(name, value)
    deps.metrics.request(routeLabel(context), context.res.status, deps.clock.monotonicMs() - startedMs)
  })
  app.onError((error, context) => refuseError(deps, context, error))
  app.get('/healthz', async (context) => {
    const healthy = await deps.healthy()
    return context.json({ healthy }, healthy ? 200 : 503, { 'cache-control': 'no-store' })
  })
  for (const name of Object.keys(ROUTES) as RouteName[]) {
    const { method, path } = ROUTES[name]
    app.on(method, path, (context) => answerRoute(deps, context, name))
  }
  app.all('/api/auth/*', async (context) => {
    const allowed = await admit(deps, context, 'passkey')
    if (!allowed.ok) return refuse(context, allowed)
    return (await deps.passkey(context.req.raw)) ?? refuse(context, fail('NOT_FOUND'))
  })
  for (const prefix of ['/api', '/api/*', '/staff/*', '/healthz', '/metrics']) {
    app.all(prefix, (context) => refuse(context, fail('NOT_FOUND')))
  }
  app.on(['GET', 'HEAD'], '*', async (context) => {
    const allowed = await deps.limits.take('files', addressOf(deps, context))
    if (!allowed.ok) return refuse(context, allowed)
    return (await deps.files(context.req.raw)) ?? context.text('Not found', 404)
  })
  app.notFound((context) => refuse(context, fail('NOT_FOUND')))
  return app
}

// A label of a closed set: paths are written by strangers and may hold anything.
function routeLabel(context: Call): string {
  const { method, path } = context.req
  const route = Object.entries(ROUTES).find(([, spec]) => spec.method === method && matches(spec.path, path))
  if (route) return route[0]
  if (path.startsWith('/api/auth/')) return 'passkey'
  return path.startsWith('/api') || path.startsWith('/staff') || path === '/healthz' ? 'other' : 'static'
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/')
  const given = path.split('/')
  return wanted.length === given.length && wanted.every((part, index) => part.startsWith(':') || part === given[index])
}

async function admit(deps: EdgeDeps, context: Call, budget: Budget): Promise<Result<true>> {
  const limited = await deps.limits.take(budget, addressOf(deps, context))
  if (!limited.ok) return limited
  const { method } = context.req
  if (method === 'GET' || method === 'HEAD') return ok(true)
  return isSameOrigin(deps.origins, context.req.header('origin')) ? ok(true) : fail('AUTH_ORIGIN')
}

async function answerRoute(deps: EdgeDeps, context: Call, name: RouteName): Promise<Response> {
  const spec = ROUTES[name]
  const admitted = await admit(deps, context, budgetOf(name))
  if (!admitted.ok) return refuse(context, admitted)
  const { headers } = context.req.raw
  const person = await deps.authenticate(headers)
  const may = judge(spec.who, person)
  if (!may.ok) return refuse(context, may)
  const handler = handlerOf(deps.handlers, name)
  if (!handler) return refuse(context, fail('NOT_FOUND'))
  const request = await readRequest(context.req.raw, spec)
  if (!request.ok) return refuse(context, request)
  const cookies: string[] = []
  const outcome = await handler({
    person: person as Person,
    request: request.value as RouteRequest<RouteName>,
    params: context.req.param(),
    headers,
    setCookie: (cookie) => void cookies.push(cookie),
  })
  if (!outcome.ok) return refuse(context, outcome)
  for (const cookie of cookies) context.header('set-cookie', cookie, { append: true })
  if ('out' in spec) return answerBytes(context, outcome.value)
  const body = spec.response.parse(outcome.value)
  return context.json(body as object, 200, { 'cache-control': 'no-store' })
}

// Never shown as anything but bytes, whatever somebody has put into them.
function answerBytes(context: Call, answer: unknown): Response {
  const { bytes } = answer as { readonly bytes: Uint8Array<ArrayBuffer> }
  return context.body(bytes, 200, {
    'content-type': 'application/octet-stream',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
}

// The table is typed per name; a name that is only known at run time needs the common type.
function handlerOf(handlers: Readonly<Record<string, unknown>>, name: RouteName): RouteHandler<RouteName> | undefined {
  return handlers[name] as RouteHandler<RouteName> | undefined
}

/** Deny by default: a rule that is not known lets nobody in. */
export function judge(who: Who, person: Person | undefined): Result<true> {
  if (who === 'anyone') return ok(true)
  if (!person) return fail('AUTH_REQUIRED')
  if (who === 'person') return ok(true)
  if (who === 'moderator' && person.role === 'moderator') return ok(true)
  return fail('NOT_ALLOWED')
}

type Schema = { safeParse(value: unknown): { success: true; data: unknown } | { success: false } }

/** The body as the route wants it: bytes, JSON that fits its schema, or none. */
async function readRequest(request: Request, spec: (typeof ROUTES)[RouteName]): Promise<Result<unknown>> {
  const isBytes = 'in' in spec
  if (!isBytes && !('request' in spec)) return ok(undefined)
  const bytesMax = 'bodyBytesMax' in spec ? spec.bodyBytesMax : HTTP_BODY_BYTES_MAX
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) return fail('WIRE_FRAME_TOO_LARGE')
  const wanted = isBytes ? /^application\/octet-stream$/i : /^application\/json\b/i
  if (!wanted.test(request.headers.get('content-type') ?? '')) return fail('WIRE_INVALID')
  const bytes = await readBytes(request, bytesMax)
  if (!bytes.ok || isBytes) return bytes
  return readJson(bytes.value, spec.request)
}

function readJson(bytes: Uint8Array, schema: Schema): Result<unknown> {
  let raw: unknown
  try {
    raw = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return fail('WIRE_MALFORMED')
  }
  const parsed = schema.safeParse(raw)
  if (parsed.success) return ok(parsed.data)
  return fail(declarationMissing(raw) ?? 'WIRE_INVALID')
}

// The two literals of a sign-up have codes of their own, because people can mend them [A10].
function declarationMissing(raw: unknown): Code | undefined {
  if (typeof raw !== 'object' || raw === null || !('handle' in raw) || !('proof' in raw)) return undefined
  const { adult, guidelines } = raw as { adult?: unknown; guidelines?: unknown }
  if (adult !== true) return 'ACCOUNT_AGE_REQUIRED'
  return guidelines === ROUTES.createAccount.request.shape.guidelines.def.values[0]
    ? undefined
    : 'ACCOUNT_GUIDELINES_REQUIRED'
}

async function readBytes(request: Request, bytesMax: number): Promise<Result<Uint8Array<ArrayBuffer>>> {
  if (!request.body) return fail('WIRE_MALFORMED')
  const chunks: Uint8Array[] = []
  let total = 0
  for await (const chunk of request.body) {
    total += chunk.byteLength
    // Leaving the loop cancels the stream, so nothing more of it is read.
    if (total > bytesMax) return fail('WIRE_FRAME_TOO_LARGE')
    chunks.push(chunk)
  }
  return ok(Buffer.concat(chunks))
}

function addressOf(deps: EdgeDeps, context: Call): string {
  const incoming = context.env?.incoming
  return clientAddress(deps.trustedProxyHeader, (name) => context.req.header(name), incoming?.socket.remoteAddress)
}

/** The address a limit is kept for: the socket's, or the last one our own proxy has put into its header. */
export function clientAddress(
  trustedHeader: string | undefined,
  header: (name: string) => string | undefined,
  socketAddress: string | undefined,
): string {
  const told = trustedHeader ? header(trustedHeader)?.split(',').at(-1)?.trim() : undefined
  return addressGroup(told ?? socketAddress ?? 'unknown')
}

function refuse(context: Call, outcome: Fail): Response {
  const body: ErrorBody =
    outcome.retryAfterMs === undefined
      ? { code: outcome.code }
      : { code: outcome.code, retryAfterMs: outcome.retryAfterMs }
  if (outcome.retryAfterMs !== undefined) context.header('retry-after', String(Math.ceil(outcome.retryAfterMs / 1_000)))
  return context.json(body, CODES[outcome.code].status as 400, { 'cache-control': 'no-store' })
}

function refuseError(deps: EdgeDeps, context: Call, error: Error): Response {
  if (error instanceof VisavisError) return refuse(context, fail(error.code, error.retryAfterMs))
  if (isStorageFailure(error)) {
    deps.log.warn('http.storage-failed', { reason: routeLabel(context), code: 'SERVER_STORAGE' })
    return refuse(context, fail('SERVER_STORAGE', 1_000))
  }
  deps.log.error('http.unexpected', { reason: routeLabel(context), code: 'SERVER_INTERNAL', err: error })
  return refuse(context, fail('SERVER_INTERNAL'))
}
