import { MINUTE } from '@visavis/ports'
import * as z from 'zod'
import { S3_VARIABLES, s3SettingsOf, type S3Settings } from './config-s3.ts'
import { readEnv, type Env } from './env.ts'
import { parsePushHost } from './push/index.ts'

/** A name of the environment, what it defaults to and what it means; `docs/configuration.md` is made of these. */
export type ConfigVariable = { readonly name: string; readonly default: string; readonly meaning: string }

export const CONFIG_VARIABLES = [
  { name: 'PORT', default: '8080', meaning: 'TCP port of the web server and its WebSocket. 0 takes any free port.' },
  { name: 'HOST', default: '127.0.0.1', meaning: 'Address to listen on. Use 0.0.0.0 behind a firewall or proxy only.' },
  {
    name: 'VISAVIS_DATA',
    default: './data',
    meaning:
      'Folder for the embedded database, the server secret and encrypted files; nodes of one installation share it.',
  },
  {
    name: 'VISAVIS_ORIGIN',
    default: 'http://localhost:PORT',
    meaning:
      'The one address people type, such as https://example.org. Cookies, passkeys and the same-origin check hang on it.',
  },
  {
    name: 'DATABASE_URL',
    default: '(embedded database)',
    meaning: 'postgres:// address of a PostgreSQL 15 or newer, in place of the embedded database.',
  },
  ...S3_VARIABLES,
  {
    name: 'TURN_URL',
    default: '(none)',
    meaning: 'turn: or turns: addresses of a coturn, separated by commas, for networks that block UDP.',
  },
  {
    name: 'TURN_SECRET',
    default: '(none)',
    meaning: 'The static-auth-secret shared with coturn; needed with TURN_URL.',
  },
  {
    name: 'TURN_RELAY_ADDRESSES',
    default: '(hosts of TURN_URL)',
    meaning: 'Addresses coturn relays from, separated by commas; candidates with any other address are refused.',
  },
  { name: 'VISAVIS_RELAY', default: 'on', meaning: 'on or off: the embedded relay for calls.' },
  {
    name: 'VISAVIS_RELAY_HOST',
    default: '(chosen at start)',
    meaning: 'Address of the embedded relay as clients reach it: a public IP address behind NAT.',
  },
  { name: 'VISAVIS_RELAY_PORT', default: '(PORT)', meaning: 'UDP port of the embedded relay.' },
  {
    name: 'VISAVIS_RELAY_PUBLIC_PORT',
    default: '(the UDP port of the relay)',
    meaning:
      'UDP port of the embedded relay as clients reach it, when a forwarding device in front of it uses another.',
  },
  {
    name: 'VISAVIS_SECRET',
    default: '(made once, kept in VISAVIS_DATA/secret)',
    meaning: 'Root secret, at least 32 characters; every node of one installation needs the same.',
  },
  { name: 'VISAVIS_LOG_LEVEL', default: 'info', meaning: 'debug, info, warn, error or silent.' },
  {
    name: 'VISAVIS_METRICS_PORT',
    default: '(off)',
    meaning: 'Port for Prometheus metrics at /metrics, on loopback only.',
  },
  {
    name: 'VISAVIS_TRUSTED_PROXY_HEADER',
    default: '(use the address of the socket)',
    meaning:
      'Header in which your own proxy gives the address of the client. It is used for rate limits in hashed form and never stored.',
  },
  {
    name: 'VISAVIS_PUSH_HOSTS',
    default: 'fcm.googleapis.com, updates.push.services.mozilla.com, web.push.apple.com, *.notify.windows.com',
    meaning:
      'Push services that may be told to wake a device, in place of these: host, host:port or *.host, separated by commas. A host named in full may be in your own network. off: no pushes.',
  },
  {
    name: 'VISAVIS_PUSH_CONTACT',
    default: '(VISAVIS_ORIGIN, if it is https)',
    meaning: 'mailto: or https: address by which a push service can reach you. It is told with every push.',
  },
  {
    name: 'VISAVIS_SAFETY_PACKS',
    default: '(those that came with the app)',
    meaning:
      'Folder with newer, signed rules for the engine of red flags: `<language>.pack` and `<language>.sig`. It is looked at once a minute.',
  },
  {
    name: 'VISAVIS_PROOF_COST',
    default: '10000',
    meaning: 'Hashes a device has to compute for a new account: at least this many, at most twice as many.',
  },
  {
    name: 'VISAVIS_RATE_FACTOR',
    default: '1',
    meaning: 'Multiplies every HTTP rate limit per address, for load tests or many people behind one address.',
  },
  {
    name: 'VISAVIS_FRAMES_PER_SECOND',
    default: '40',
    meaning:
      'Frames one socket may send lastingly, 1 to 9999, and three times as many at once. Higher for load tests only.',
  },
  {
    name: 'VISAVIS_MEET_AGAIN_MINUTES',
    default: '30',
    meaning:
      'How long two people who met are kept apart, 0 to 1440 minutes. A short time suits small installations and tests; blocks hold for ever, whatever it says.',
  },
] as const satisfies readonly ConfigVariable[]

type Name = (typeof CONFIG_VARIABLES)[number]['name']
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export type Config = {
  readonly port: number
  readonly host: string
  readonly dataDir: string
  /** Undefined: `http://localhost:<the port that was bound>`. */
  readonly origin: string | undefined
  readonly databaseUrl: string | undefined
  /** Undefined: files lie in `dataDir`. */
  readonly s3: S3Settings | undefined
  readonly turn:
    | { readonly urls: readonly string[]; readonly secret: string; readonly relayAddresses: readonly string[] }
    | undefined
  readonly relay:
    | { readonly host: string | undefined; readonly port: number | undefined; readonly publicPort: number | undefined }
    | undefined
  readonly secret: string | undefined
  readonly logLevel: LogLevel
  readonly metricsPort: number | undefined
  readonly trustedProxyHeader: string | undefined
  readonly proofCost: number
  readonly rateFactor: number
  /** Undefined: the value of the protocol. */
  readonly framesPerSecond: number | undefined
  /** Two people who met are kept apart for this long after their call [M4]. */
  readonly meetAgainMs: number
  /** Undefined: clients use the rules they came with. */
  readonly safetyPacksDir: string | undefined
  readonly push: {
    /** As the operator writes them; undefined: those of the known browsers. None: pushes are off. */
    readonly hosts: readonly string[] | undefined
    readonly contact: string | undefined
  }
}

/** Names the variable that is wrong, and how; the server does not start. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const port = z
  .string()
  .regex(/^\d+$/, 'is not a port number')
  .transform(Number)
  .refine((value) => value <= 65_535, 'is not a port number')
const usedPort = port.refine((value) => value > 0, 'is not a port number')
const MEET_AGAIN_MINUTES_MAX = 1_440
const meetAgain = z
  .string()
  .regex(/^\d{1,4}$/, 'is not a number of minutes from 0 to 1440')
  .transform(Number)
  .refine((minutes) => minutes <= MEET_AGAIN_MINUTES_MAX, 'is not a number of minutes from 0 to 1440')
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
)
const pushHosts = list
  .refine(
    (all) =>
      all.join() === 'off' ||
      (all.length > 0 && all.every((text) => text !== 'off' && parsePushHost(text) !== undefined)),
    'must be off, or hosts like push.example.org, push.example.org:8443 or *.example.org',
  )
  .transform((all) => (all.join() === 'off' ? [] : all))
const pushContact = z
  .url({ protocol: /^(?:https|mailto)$/, error: 'is not a mailto: or https: address' })
  .max(200, 'is too long')
const origin = z
  .url({ protocol: /^https?$/, error: 'is not an http(s) address' })
  .transform((text) => new URL(text))
  .refine(
    (url) => url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '',
    'must be scheme, host and port only',
  )
  .transform((url) => url.origin)

/** Parses the environment. Throws `ConfigError`. Values are never part of its message: some of them are secret. */
export function parseConfig(env: Env): Config {
  const optional = <T>(name: Name, schema: z.ZodType<T>): T | undefined => {
    const raw = readEnv(env, name)
    if (raw === undefined) return undefined
    const parsed = schema.safeParse(raw)
    if (parsed.success) return parsed.data
    throw new ConfigError(`${name} ${parsed.error.issues[0]?.message ?? 'is wrong'}.`)
  }
  const tcpPort = optional('PORT', port) ?? 8080
  return {
    port: tcpPort,
    host: optional('HOST', z.string()) ?? '127.0.0.1',
    dataDir: optional('VISAVIS_DATA', z.string()) ?? './data',
    origin: optional('VISAVIS_ORIGIN', origin),
    databaseUrl: optional(
      'DATABASE_URL',
      z.url({ protocol: /^postgres(?:ql)?$/, error: 'is not a postgres:// address' }),
    ),
    s3: s3Of((name) => readEnv(env, name)),
    turn: turnOf(optional),
    relay:
      (optional('VISAVIS_RELAY', z.enum(['on', 'off'], 'must be on or off')) ?? 'on') === 'on'
        ? {
            host: optional('VISAVIS_RELAY_HOST', z.union([z.ipv4(), z.ipv6()], 'is not an IP address')),
            port: optional('VISAVIS_RELAY_PORT', usedPort),
            publicPort: optional('VISAVIS_RELAY_PUBLIC_PORT', usedPort),
          }
        : undefined,
    secret: optional('VISAVIS_SECRET', z.string().min(32, 'must have at least 32 characters')),
    logLevel:
      optional(
        'VISAVIS_LOG_LEVEL',
        z.enum(['debug', 'info', 'warn', 'error', 'silent'], 'must be debug, info, warn, error or silent'),
      ) ?? 'info',
    metricsPort: optional('VISAVIS_METRICS_PORT', port),
    trustedProxyHeader: optional(
      'VISAVIS_TRUSTED_PROXY_HEADER',
      z.string().regex(/^[A-Za-z0-9-]+$/, 'is not the name of a header'),
    )?.toLowerCase(),
    proofCost:
      optional(
        'VISAVIS_PROOF_COST',
        z
          .string()
          .regex(/^[1-9]\d{0,5}$/, 'is not a number from 1 to 999999')
          .transform(Number),
      ) ?? 10_000,
    rateFactor:
      optional(
        'VISAVIS_RATE_FACTOR',
        z
          .string()
          .regex(/^[1-9]\d{0,3}$/, 'is not a number from 1 to 9999')
          .transform(Number),
      ) ?? 1,
    framesPerSecond: optional(
      'VISAVIS_FRAMES_PER_SECOND',
      z
        .string()
        .regex(/^[1-9]\d{0,3}$/, 'is not a number from 1 to 9999')
        .transform(Number),
    ),
    meetAgainMs: (optional('VISAVIS_MEET_AGAIN_MINUTES', meetAgain) ?? 30) * MINUTE,
    safetyPacksDir: optional('VISAVIS_SAFETY_PACKS', z.string()),
    push: { hosts: optional('VISAVIS_PUSH_HOSTS', pushHosts), contact: optional('VISAVIS_PUSH_CONTACT', pushContact) },
  }
}

function s3Of(read: Parameters<typeof s3SettingsOf>[0]): S3Settings | undefined {
  const settings = s3SettingsOf(read)
  if (typeof settings === 'string') throw new ConfigError(settings)
  return settings
}

type Optional = <T>(name: Name, schema: z.ZodType<T>) => T | undefined

function turnOf(optional: Optional): Config['turn'] {
  const urls = optional(
    'TURN_URL',
    list.refine(
      (all) => all.length > 0 && all.length <= 4 && all.every((url) => /^turns?:[^\s/]+$/.test(url)),
      'must be one to four turn: or turns: addresses',
    ),
  )
  const secret = optional('TURN_SECRET', z.string())
  const relayAddresses = optional(
    'TURN_RELAY_ADDRESSES',
    list.refine(
      (all) => all.every((text) => z.union([z.ipv4(), z.ipv6()]).safeParse(text).success),
      'must be IP addresses',
    ),
  )
  if (!urls) {
    if (secret ?? relayAddresses) throw new ConfigError('TURN_URL is missing, though other TURN variables are set.')
    return undefined
  }
  if (!secret) throw new ConfigError('TURN_SECRET is missing, though TURN_URL is set.')
  return { urls, secret, relayAddresses: relayAddresses ?? [] }
}
