import { app } from '../app/app.ts'
import type { Verdict } from './photo-check.ts'

/** How a received photo stands: `looking` while it is looked at. Only `plain` is shown without being asked for. */
export type PhotoState = Verdict | 'looking'

/**
 * Looks at a picture of a message as soon as there is one. Call while a component is being made. `picture` gives undefined
 * for what needs no look: own photos, or none there.
 */
export function coveredPhoto(source: {
  readonly messageId: () => string
  /** Two pictures of one message are looked at apart: nobody vouches that the small one is of the large one. */
  readonly part: 'small' | 'whole'
  readonly picture: () => Blob | undefined
  readonly isOwn: () => boolean
}): { readonly current: PhotoState; readonly isCovered: boolean; uncover(): void } {
  let state = $state<PhotoState>('looking')
  let isWanted = $state(app.photoCheck.isWanted(source.messageId()))
  $effect(() => {
    const picture = source.picture()
    let isOver = false
    if (source.isOwn()) state = 'plain'
    else if (picture) {
      state = 'looking'
      void app.photoCheck.look(`${source.messageId()} ${source.part}`, picture).then((verdict) => {
        if (!isOver) state = verdict
      })
    }
    return () => {
      isOver = true
    }
  })
  return {
    get current() {
      return state
    },
    get isCovered() {
      return state !== 'plain' && !isWanted
    },
    uncover() {
      app.photoCheck.want(source.messageId())
      isWanted = true
    },
  }
}
