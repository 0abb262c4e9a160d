import { compilePack, createEngine, readPackData, type Engine } from '@visavis/safety'
import { ok } from '@visavis/wire'
import { readBundledPack } from '../../../../safety-packs.ts'
import type { SafetyChecker } from '../types.ts'

/** The engine with the English rules as they come with the app, without what was learned. Tests only. */
export function deliveredEngine(): Engine {
  const { model: _, ...rules } = JSON.parse(readBundledPack('en')) as { readonly model?: unknown }
  const data = readPackData(rules)
  if (!data.ok) throw new Error(data.where)
  const pack = compilePack(data.value)
  if (!pack.ok) throw new Error(pack.where)
  return createEngine([pack.value])
}

/** The same engine behind the door of the page, without a worker in between. */
export function checkerOf(engine: Engine): Pick<SafetyChecker, 'check'> {
  return { check: (message) => Promise.resolve(ok(engine.check(message))) }
}
