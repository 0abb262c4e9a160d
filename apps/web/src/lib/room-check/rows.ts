import type { Background } from '../background/background.ts'
import type { Patch } from '../background/patches.ts'
import type { Box, Find } from './finds.ts'
import type { RoomCheckState } from './room-check.ts'

/** One place: found, covered, or both. */
export type Row = {
  readonly key: string
  readonly box: Box
  /** Undefined for a place that was covered after an earlier look. */
  readonly find: Find | undefined
  /** Undefined while it is not covered. */
  readonly patchId: number | undefined
  readonly colour: Patch['colour']
}

/** What was found last, and what is covered besides, each once. */
export function rowsOf(check: RoomCheckState, patches: readonly Patch[]): Row[] {
  const finds = check.kind === 'done' ? check.finds : []
  const found = finds.map((find, at): Row => {
    const patch = patches.find((each) => isSame(each, find.box))
    return { key: `find-${at}`, box: find.box, find, patchId: patch?.id, colour: find.colour }
  })
  const others = patches.filter((patch) => !finds.some(({ box }) => isSame(patch, box)))
  return [
    ...found,
    ...others.map((patch): Row => {
      const { id, colour, ...box } = patch
      return { key: `patch-${id}`, box, find: undefined, patchId: id, colour }
    }),
  ]
}

function isSame(one: Box, other: Box): boolean {
  return one.x === other.x && one.y === other.y && one.width === other.width && one.height === other.height
}

/** Covers the place, or shows it again. */
export function toggle(
  background: Pick<Background, 'coverPlace' | 'uncoverPlace'>,
  { patchId, box, colour }: Row,
): void {
  if (patchId === undefined) background.coverPlace({ ...box, colour })
  else background.uncoverPlace(patchId)
}
