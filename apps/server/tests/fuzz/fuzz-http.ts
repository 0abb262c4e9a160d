import { request } from 'node:http'
import { createSeededRandom, type SeededRandom } from '@visavis/testkit'
import { CODES, isCode, ROUTES, type Code } from '@visavis/wire'
import { createBrowser, signUp, type Browser, type TestApp } from '../support/app.ts'
import { openEmbeddedCopy } from '../support/storages.ts'
import { startWholeApp } from '../support/whole-app.ts'

/**
 * Hostile requests to every HTTP route of the whole server, by strangers and by somebody signed in: bodies that are noise,
 * cut, deeply nested, of other types than asked for, with fields that nobody knows; paths with names that are none. Each
 * is answered with a code of the closed set and its status, never with SERVER_INTERNAL, and others are served on.
 */
export type HttpFuzz = { readonly requests: number; readonly codes: readonly Code[]; readonly served: number }

/** Would end the session that the rest is done with. */
const ENDING: readonly string[] = ['signOut']
const BYSTANDER_EVERY = 50
const NAMES = Object.keys(ROUTES) as (keyof typeof ROUTES)[]

type Route = {
  readonly method: string
  readonly path: string
  readonly in?: 'bytes'
  readonly request?: { readonly def: { readonly shape?: Readonly<Record<string, unknown>> } }
}
type Answer = { readonly status: number; readonly body: string }

/** The entry of `npm run fuzz`. @throws Error naming seed, route and body at the first fault */
export async function fuzz({ seed, runs }: { seed: number; runs: number }): Promise<void> {
  const { codes } = await fuzzHttp({ seed, requests: runs })
  if (codes.length === 0) throw new Error('nothing was fuzzed')
}

export async function fuzzHttp(options: { readonly seed: number; readonly requests: number }): Promise<HttpFuzz> {
  const random = createSeededRandom(options.seed)
  const storage = await openEmbeddedCopy()
  const app = await startWholeApp(storage)
  try {
    return await attack(app, random, options)
  } finally {
    await app.end()
    await storage.close()
  }
}

async function attack(app: TestApp, random: SeededRandom, options: { seed: number; requests: number }) {
  const [member, bystander] = [createBrowser(app), createBrowser(app)]
  await signUp(member, 'brisk-newt-401')
  await signUp(bystander, 'calm-newt-402')
  const codes = new Set<Code>()
  let served = 0
  for (let number = 0; number < options.requests; number++) {
    const name = random.pick(NAMES.filter((each) => !ENDING.includes(each)))
    const route = ROUTES[name] as Route
    const body = route.method === 'GET' || route.method === 'DELETE' ? undefined : bodyOf(random, route)
    const headers = headersOf(app, random, random.chance(0.7) ? member : undefined)
    const answer = await send(app, { method: route.method, path: pathOf(random, route.path), headers, body })
    const fault = faultIn(answer, codes) ?? loggedBy(app)
    if (fault) throw new Error(`HTTP fuzz: seed ${options.seed}, request ${number}, ${name}: ${fault}`)
    if (answer.status < 300) served++
    if (number % BYSTANDER_EVERY === 0 && !(await bystander.get('/api/session')).ok)
      throw new Error(`HTTP fuzz: seed ${options.seed}, request ${number}: a bystander was refused`)
  }
  return { requests: options.requests, codes: [...codes].toSorted(), served }
}

function faultIn({ status, body }: Answer, codes: Set<Code>): string | undefined {
  if (status < 400) return undefined
  let code: unknown
  try {
    code = (JSON.parse(body) as { code?: unknown }).code
  } catch {
    return `${status} with a body that is no JSON`
  }
  if (!isCode(code)) return `${status} with ${String(code)}, which is no code`
  codes.add(code)
  if (code === 'SERVER_INTERNAL') return code
  return CODES[code].status === status ? undefined : `${code} with status ${status}`
}

/** What the server takes for a bug of its own. */
function loggedBy({ log }: TestApp): string | undefined {
  const failed = log.lines.find(({ level }) => level === 'error')
  return failed && `logged ${failed.event} ${String(failed.fields.err)}`
}

const VALUES: readonly ((random: SeededRandom) => unknown)[] = [
  (random) => random.uuid(),
  (random) => Buffer.from(random.bytes(random.below(80))).toString('base64url'),
  (random) => random.below(2 ** 20),
  () => 'brisk-newt-401',
  () => null,
  () => true,
  () => -1,
  () => 1e308,
  () => 0.1,
  () => '',
  () => '\u0000\ud800',
  () => '__proto__',
  () => "'; drop table accounts; --",
  () => 'x'.repeat(5_000),
  () => [],
  () => ({}),
  (random) => Array.from({ length: 70 }, () => random.uuid()),
  () => ({ constructor: { prototype: { admin: true } } }),
]

function bodyOf(random: SeededRandom, route: Route): Buffer {
  const dice = random.below(100)
  if (route.in === 'bytes' || dice < 10) return Buffer.from(random.bytes(random.below(2_000)))
  if (dice < 15) return Buffer.from('['.repeat(20_000))
  if (dice < 20) return Buffer.from(`{"a":`.repeat(5_000))
  if (dice < 22) return Buffer.alloc(400_000, 0x20)
  const fields = Object.keys(route.request?.def.shape ?? {})
  const body = Object.fromEntries(
    [...fields, ...(random.chance(0.1) ? ['more', '__proto__'] : [])]
      .filter(() => random.chance(0.95))
      .map((field) => [field, random.pick(VALUES)(random)]),
  )
  const json = Buffer.from(JSON.stringify(body))
  return dice < 30 ? json.subarray(0, random.below(json.length)) : json
}

const PLACES = ['0', '-1', '1e9', '99999999999999999999', '%00', '%2e%2e%2fetc', '%ff', '__proto__', 'x'.repeat(900)]

function pathOf(random: SeededRandom, path: string): string {
  const filled = path.replaceAll(/:[a-zA-Z]+/g, () => (random.chance(0.6) ? random.uuid() : random.pick(PLACES)))
  return random.chance(0.05) ? `${filled}?${'a=b&'.repeat(random.below(200))}` : filled
}

function headersOf(app: TestApp, random: SeededRandom, who: Browser | undefined): Record<string, string> {
  const cookie = [...(who?.cookies ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  return {
    origin: random.chance(0.95) ? app.origin : 'https://elsewhere.example',
    'content-type': random.pick(['application/json', 'application/json', 'application/octet-stream', 'text/plain']),
    ...(cookie ? { cookie: random.chance(0.95) ? cookie : `${cookie}x; ${cookie}` } : {}),
  }
}

/** By hand, because `fetch` tidies paths. */
function send(
  { port }: TestApp,
  {
    method,
    path,
    headers,
    body,
  }: { method: string; path: string; headers: Record<string, string>; body: Buffer | undefined },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }))
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
