import type { FrameEvidence } from '@visavis/e2ee'
import type * as E2ee from '@visavis/e2ee'
import { createObservable, type Readable } from '../app/observable.ts'
import type { AttachedEvidence, KeptEvidence, PictureTrust } from './types.ts'

/** A picture that may go with a report, as a file that browsers show. */
export type EvidencePicture = {
  readonly id: string
  readonly file: Blob
  /** Stamped: it can be proven that the partner's app sent it. */
  readonly isProvable: boolean
  /** When the server stamped it; undefined for a still. */
  readonly atMs?: number
}

export type ChoicePicture = EvidencePicture & {
  readonly isChosen: boolean
  /** Its picture is chosen, or there is room for it. */
  readonly isFree: boolean
}

export type EvidenceChoiceState =
  /** What is kept is being gathered; nothing is attached yet. */
  | { readonly kind: 'looking' }
  | { readonly kind: 'ready'; readonly pictures: readonly ChoicePicture[]; readonly trust: PictureTrust }

export type EvidenceChoice = Readable<EvidenceChoiceState> & {
  toggle(id: string): void
  /** What is chosen now, and nothing else. */
  attached(): AttachedEvidence | undefined
}

type Bounds = Pick<typeof E2ee, 'stillOf' | 'stillMime' | 'REPORT_FRAMES_MAX' | 'REPORT_PICTURES_BYTES_MAX'>
type Offered = EvidencePicture & { readonly bytes: number; readonly frame?: FrameEvidence; readonly still?: Uint8Array }

/** So many of the latest pictures are chosen from the start: a report of one press has its proof. */
const CHOSEN_AT_FIRST = 3

/**
 * Which of the kept pictures go with a report: the person's choice, within what one report carries.
 *
 * @param deps.load what is kept of the call, and the bounds of a report; a failure counts as nothing kept
 */
export function createEvidenceChoice(deps: {
  readonly load: () => Promise<{ readonly kept: KeptEvidence | undefined; readonly bounds: Bounds }>
}): EvidenceChoice {
  const state = createObservable<EvidenceChoiceState>({ kind: 'looking' })
  let offered: readonly Offered[] = []
  let chosen = new Set<string>()
  let kept: KeptEvidence | undefined
  let bounds: Bounds | undefined

  function fits(ids: ReadonlySet<string>): boolean {
    const pictures = offered.filter(({ id }) => ids.has(id))
    const bytes = pictures.reduce((sum, picture) => sum + picture.bytes, 0)
    const frames = pictures.filter(({ frame }) => frame).length
    return bounds !== undefined && frames <= bounds.REPORT_FRAMES_MAX && bytes <= bounds.REPORT_PICTURES_BYTES_MAX
  }

  function show(): void {
    const pictures = offered.map(({ id, file, isProvable, atMs }) => ({
      id,
      file,
      isProvable,
      ...(atMs !== undefined && { atMs }),
      isChosen: chosen.has(id),
      isFree: chosen.has(id) || fits(new Set([...chosen, id])),
    }))
    state.set({ kind: 'ready', pictures, trust: kept?.trust ?? 'waiting' })
  }

  async function gather(): Promise<void> {
    const loaded = await deps.load().catch(() => undefined)
    kept = loaded?.kept
    bounds = loaded?.bounds
    if (kept && bounds) offered = offerOf(kept, bounds)
    for (const { id } of offered.slice(-CHOSEN_AT_FIRST).toReversed()) {
      const more = new Set([...chosen, id])
      if (fits(more)) chosen = more
    }
    show()
  }

  void gather()
  return {
    get: state.get,
    subscribe: state.subscribe,
    toggle(id) {
      const next = new Set(chosen)
      if (!next.delete(id)) next.add(id)
      if (next.size > chosen.size && !fits(next)) return
      chosen = next
      show()
    },
    attached() {
      if (!kept) return undefined
      const pictures = offered.filter(({ id }) => chosen.has(id))
      return {
        frames: pictures.flatMap(({ frame }) => frame ?? []),
        stills: pictures.flatMap(({ still }) => (still ? [still] : [])),
        notes: '',
        receipt: kept.receipt,
      }
    },
  }
}

/** The pictures of what was kept, in the order in which they were seen, each as a file that browsers show. */
function offerOf(
  { frames, stills }: Pick<KeptEvidence, 'frames' | 'stills'>,
  { stillOf, stillMime }: Pick<typeof E2ee, 'stillOf' | 'stillMime'>,
): readonly Offered[] {
  const proven = frames.flatMap((frame): Offered[] => {
    const webp = stillOf(frame.frame)
    if (!webp) return []
    const file = fileOf(webp, 'image/webp')
    return [
      { id: `frame-${frame.count}`, file, isProvable: true, atMs: frame.atMs, bytes: frame.frame.byteLength, frame },
    ]
  })
  const unproven = stills.flatMap((still, at): Offered[] => {
    const mime = stillMime(still)
    if (!mime) return []
    return [{ id: `still-${at}`, file: fileOf(still, mime), isProvable: false, bytes: still.byteLength, still }]
  })
  return [...unproven, ...proven]
}

function fileOf(bytes: Uint8Array, type: string): Blob {
  return new Blob([bytes.slice()], { type })
}
