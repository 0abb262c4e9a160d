/**
 * Private messages of 1 KiB in conversations of two: sent, durable, delivered, receipted, and what that costs the server in
 * CPU time, database included; beside ejabberd and prosody of Debian's packages with receipts (XEP-0184) and offline
 * storage.
 *
 * - Each contestant is a server with a load generator of its own; all pairs stay connected and write both ways. They are
 *   measured in turn, and medians are taken. Who is not installed is left out, with a word.
 * - Saturated: every person has `WINDOW` messages on the way at any time. Half load: half of what the slowest contestant
 *   did when saturated, the same for all, evenly; its p99 is from the moment a message was due to its receipt.
 * - CPU is that of the server's processes, children and the database's included, for the messages that became complete.
 * - Every message is followed: accepted once, delivered once, in order and unaltered, receipted once; anything else ends
 *   the run. A message of ours is on disk before it is accepted; theirs are in memory when they are delivered.
 * - Both clients answer each message with a frame of its own. (apps/web gathers for 200 ms, which costs our server less.)
 * - Offline: 5,000 are sent to people who are not there, then those come, all at once, and fetch and receipt them.
 *
 * Options: `--pairs 100`, `--rounds 3`, `--measure 4000` (ms), `--only embedded,postgres,ejabberd,prosody`, `--profile DIR` (a CPU
 * profile of our server), `--flat 20000` (instead of all that: our saturated cost beside that many accounts with history,
 * against none).
 */
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { startVisavis, startVisavisOnPostgres, startXmpp, type Contestant, type Crowd } from './messages/contestants.ts'
import { printReport, type BenchReport } from './report.ts'

const BYTES = 1_024
const WINDOW = 8
const WARM_MS = 1_500
const OFFLINE_MESSAGES = 5_000
const NAMES = ['embedded', 'postgres', 'ejabberd', 'prosody'] as const
type Name = (typeof NAMES)[number]

const TITLES: Readonly<Record<string, string>> = {
  embedded: 'Visavis, embedded database, durable',
  postgres: 'Visavis, PostgreSQL, durable',
  ejabberd: 'ejabberd, receipts, offline storage',
  prosody: 'prosody, receipts, offline storage',
}

type Options = {
  readonly crowd: Crowd
  readonly rounds: number
  readonly measureMs: number
  readonly only: readonly Name[]
  readonly flat: number
}
type Round = { readonly cpuUs: number; readonly perSecond: number; readonly p50Ms: number; readonly p99Ms: number }
type Offline = {
  readonly storePerS: number
  readonly storeUs: number
  readonly drainPerS: number
  readonly drainUs: number
}
type Found = { readonly saturated: Round[]; readonly half: Round[]; offline?: Offline }
type Results = ReadonlyMap<string, Found>

export async function run(args: readonly string[] = []): Promise<BenchReport> {
  const options = optionsOf(args)
  return options.flat > 0 ? runFlat(options) : runBeside(options)
}

async function runBeside(options: Options): Promise<BenchReport> {
  const contestants: Contestant[] = []
  try {
    for (const name of options.only) {
      const contestant = await begin(name, name, options.crowd)
      if (contestant) contestants.push(contestant)
      else console.error(`${name} is not installed and is left out (Debian: apt-get install ${packageOf(name)})`)
    }
    const results = new Map(contestants.map(({ name }): [string, Found] => [name, { saturated: [], half: [] }]))
    await saturate(contestants, results, options)
    const slowest = Math.min(...[...results.values()].map(({ saturated }) => medianOf(saturated, 'perSecond')))
    const perSecond = Math.floor(slowest / 2)
    for (let round = 0; round < options.rounds; round++)
      for (const contestant of contestants)
        results.get(contestant.name)?.half.push(await measure(contestant, { perSecond }, options))
    for (const contestant of contestants) {
      const found = results.get(contestant.name)
      if (found) found.offline = await measureOffline(contestant)
    }
    return report(results, options, perSecond)
  } finally {
    for (const contestant of contestants) await contestant.close()
  }
}

/** Our server twice at a time, without and with a crowd that is not there. */
async function runFlat(options: Options): Promise<BenchReport> {
  const figures: Record<string, number> = {}
  const ratios: Record<string, number> = {}
  const table = [['server', 'other accounts', 'messages/s', 'CPU us/message']]
  for (const name of options.only.filter((each) => each === 'embedded' || each === 'postgres')) {
    const contestants: Contestant[] = []
    try {
      for (const others of [0, options.flat]) {
        const contestant = await begin(name, `${name}_${others}`, { ...options.crowd, others })
        if (contestant) contestants.push(contestant)
      }
      const results = new Map(contestants.map((each): [string, Found] => [each.name, { saturated: [], half: [] }]))
      await saturate(contestants, results, options)
      for (const [key, { saturated }] of results) {
        const [perSecond, cpuUs] = [medianOf(saturated, 'perSecond'), medianOf(saturated, 'cpuUs')]
        table.push([TITLES[name] ?? name, key.split('_')[1] ?? '', perSecond.toFixed(0), cpuUs.toFixed(1)])
        figures[`${key}_others_cpu_us`] = rounded(cpuUs)
      }
      const [alone, amid] = [...results.values()].map(({ saturated }) => medianOf(saturated, 'cpuUs'))
      if (alone && amid) ratios[`cpu_${options.flat}_to_0_${name}`] = rounded(amid / alone)
    } finally {
      for (const contestant of contestants) await contestant.close()
    }
  }
  return { bench: 'messages', table, figures, ratios, environment: environmentOf(options) }
}

/** Undefined where it is not installed. What goes on is told on standard error: a whole run takes minutes. */
function begin(kind: Name, name: string, crowd: Crowd): Promise<Contestant | undefined> {
  console.error(`${name}: starting, with ${2 * crowd.pairs} people`)
  if (kind === 'embedded') return startVisavis(name, crowd)
  return kind === 'postgres' ? startVisavisOnPostgres(name, crowd) : startXmpp(kind, crowd)
}

const packageOf = (name: Name) => (name === 'postgres' ? 'postgresql' : name)

async function saturate(contestants: readonly Contestant[], results: Results, options: Options): Promise<void> {
  for (let round = 0; round < options.rounds; round++)
    for (const contestant of contestants)
      results.get(contestant.name)?.saturated.push(await measure(contestant, { window: WINDOW }, options))
}

async function measure(
  contestant: Contestant,
  load: { window: number } | { perSecond: number },
  { measureMs }: Options,
): Promise<Round> {
  console.error(`${contestant.name}: ${JSON.stringify(load)}`)
  const { cpu, messages, seconds, p50Ms, p99Ms } = await contestant.measure({ load, warmMs: WARM_MS, measureMs })
  return { cpuUs: cpu / messages, perSecond: messages / seconds, p50Ms, p99Ms }
}

async function measureOffline(contestant: Contestant): Promise<Offline> {
  console.error(`${contestant.name}: offline`)
  const { messages, store, drain } = await contestant.offline({ messages: OFFLINE_MESSAGES })
  return {
    storePerS: messages / store.seconds,
    storeUs: store.cpu / messages,
    drainPerS: messages / drain.seconds,
    drainUs: drain.cpu / messages,
  }
}

function report(results: Results, options: Options, halfPerSecond: number): BenchReport {
  const table = [['server', 'load', 'messages/s', 'CPU us/message', 'receipt p50 ms', 'receipt p99 ms']]
  const figures: Record<string, number> = {}
  for (const load of ['saturated', 'half'] as const)
    for (const [name, found] of results) {
      const of = (what: keyof Round) => medianOf(found[load], what)
      const cells = [
        of('perSecond').toFixed(0),
        ...[of('cpuUs'), of('p50Ms'), of('p99Ms')].map((each) => each.toFixed(1)),
      ]
      table.push([TITLES[name] ?? name, load, ...cells])
      figures[`${name}_${load}_per_s`] = rounded(of('perSecond'))
      figures[`${name}_${load}_cpu_us`] = rounded(of('cpuUs'))
      figures[`${name}_${load}_receipt_p50_ms`] = rounded(of('p50Ms'))
      figures[`${name}_${load}_receipt_p99_ms`] = rounded(of('p99Ms'))
    }
  table.push([''], ['server', 'away', 'stored/s', 'CPU us/message', 'drained/s', 'CPU us/message'])
  for (const [name, { offline }] of results) {
    if (!offline) continue
    const { storePerS, storeUs, drainPerS, drainUs } = offline
    const cells = [storePerS.toFixed(0), storeUs.toFixed(1), drainPerS.toFixed(0), drainUs.toFixed(1)]
    table.push([TITLES[name] ?? name, String(OFFLINE_MESSAGES), ...cells])
    figures[`${name}_offline_store_per_s`] = rounded(storePerS)
    figures[`${name}_offline_store_cpu_us`] = rounded(storeUs)
    figures[`${name}_offline_drain_per_s`] = rounded(drainPerS)
    figures[`${name}_offline_drain_cpu_us`] = rounded(drainUs)
  }
  figures['half_load_per_s'] = halfPerSecond
  return { bench: 'messages', table, figures, ratios: ratiosOf(results), environment: environmentOf(options) }
}

/** The names without a suffix are those of PostgreSQL. Of `store` and `drain`, ours is the slower one below 1. */
function ratiosOf(results: Results): Record<string, number> {
  const ratios: Record<string, number> = {}
  for (const [ours, suffix] of [
    ['postgres', ''],
    ['embedded', '_embedded'],
  ] as const)
    for (const theirs of ['ejabberd', 'prosody'] as const) {
      const [mine, other] = [results.get(ours), results.get(theirs)]
      if (!mine || !other) continue
      ratios[`cpu_to_${theirs}${suffix}`] = rounded(
        medianOf(mine.saturated, 'cpuUs') / medianOf(other.saturated, 'cpuUs'),
      )
      ratios[`p99_to_${theirs}${suffix}`] = rounded(medianOf(mine.half, 'p99Ms') / medianOf(other.half, 'p99Ms'))
      if (!mine.offline || !other.offline) continue
      ratios[`offline_store_rate_to_${theirs}${suffix}`] = rounded(mine.offline.storePerS / other.offline.storePerS)
      ratios[`offline_drain_rate_to_${theirs}${suffix}`] = rounded(mine.offline.drainPerS / other.offline.drainPerS)
    }
  return ratios
}

function environmentOf({ crowd, rounds, measureMs }: Options): Record<string, string | number> {
  return {
    rounds,
    measureMs,
    pairs: crowd.pairs,
    window: WINDOW,
    bytes: BYTES,
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
  }
}

function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pairs: { type: 'string', default: '100' },
      rounds: { type: 'string', default: '3' },
      measure: { type: 'string', default: '4000' },
      only: { type: 'string', default: NAMES.join(',') },
      profile: { type: 'string' },
      flat: { type: 'string', default: '0' },
    },
  })
  const chosen = values.only.split(',')
  const profile = values.profile === undefined ? {} : { profile: values.profile }
  return {
    crowd: { pairs: Number(values.pairs), bytes: BYTES, others: 0, ...profile },
    rounds: Number(values.rounds),
    measureMs: Number(values.measure),
    only: NAMES.filter((name) => chosen.includes(name)),
    flat: Number(values.flat),
  }
}

function medianOf(rounds: readonly Round[], what: keyof Round): number {
  const sorted = rounds.map((round) => round[what]).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}

if (import.meta.main) printReport(await run(process.argv.slice(2)))
