import { createInterface } from 'node:readline'
import { createEngine, FRESH_STATE, readState, type Context, type Engine, type State } from '@visavis/safety'
import { MEASURED } from '@visavis/safety/measure'
import { languages, loadPack } from './safety/files.ts'

/**
 * `npm run --silent safety:classify < lines.jsonl`: so that any corpus can be scored by anybody. Reads JSON lines
 * `{"id", "lang", "dir": "in" | "out", "text", "context"?}` and writes `{"id", "flags": [...]}` for each, in order. `context` is
 * `"early"`, `"late"`, the messages before this one as `[{"dir", "text"}]`, or `{"minutesKnown"?, "messages"?, "before"?: [...]}`.
 * A line that cannot be read is answered with an `error`: `not_json`, `no_text`, `unknown_language`.
 */
type Request = { id?: unknown; lang?: unknown; dir?: unknown; text?: unknown; context?: unknown }
type Before = { readonly dir?: unknown; readonly text?: unknown } | null

const engines = new Map<string, Engine>()
const known = new Set(languages())

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() !== '') process.stdout.write(`${JSON.stringify(answer(line))}\n`)
}

function answer(line: string): object {
  const request = parse(line)
  if (request === undefined) return { id: null, flags: [], error: 'not_json' }
  const { id = null, lang = 'en', dir, text, context } = request
  if (typeof text !== 'string') return { id, flags: [], error: 'no_text' }
  const language = typeof lang === 'string' ? lang.toLowerCase().slice(0, 2) : ''
  if (!known.has(language)) return { id, flags: [], error: 'unknown_language' }
  const engine = engines.get(language) ?? createEngine([loadPack(language)])
  engines.set(language, engine)
  const { facts, state } = contextOf(engine, context)
  const direction = dir === 'out' ? 'out' : 'in'
  const { findings } = engine.check({ text, direction, context: facts, state })
  return { id, flags: MEASURED.filter((flag) => findings.some((finding) => finding.flag === flag)) }
}

function parse(line: string): Request | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function contextOf(engine: Engine, context: unknown): { facts: Context; state: State } {
  if (context === 'early') return { facts: { minutesKnown: 5 }, state: FRESH_STATE }
  if (context === 'late') return { facts: { minutesKnown: 60 * 24 * 60 }, state: FRESH_STATE }
  const given = (typeof context === 'object' && context !== null ? context : {}) as Record<string, unknown>
  const minutes = given['minutesKnown']
  const facts: Context = typeof minutes === 'number' ? { minutesKnown: minutes } : {}
  const listed = Array.isArray(context) ? context : given['before']
  const before: readonly Before[] = Array.isArray(listed) ? listed : []
  let state = stateWith(given['messages'])
  for (const message of before) {
    const { dir, text } = typeof message === 'object' && message !== null ? message : {}
    if (typeof text !== 'string') continue
    state = engine.check({ text, direction: dir === 'out' ? 'out' : 'in', context: facts, state }).state
  }
  return { facts, state }
}

function stateWith(messages: unknown): State {
  const state = readState({ ...FRESH_STATE, messages })
  return state.ok ? state.value : FRESH_STATE
}
