import type { MatchIdentity } from '@visavis/e2ee'
import type { AckResult, ClientFrameBody, Result, TicketId } from '@visavis/wire'
import { seekBody } from './call-frames.ts'
import type { CallEvent } from './call-machine-states.ts'
import type { MatchKeys } from './match-keys.ts'
import { DEAF, type MediaManager, type ReadyPath } from './media-manager.ts'
import type { SeekWish } from './types.ts'

/** One wish on its way: the key and the path that it was sent with, which belong to the call it becomes. */
export type Ticket = {
  readonly ticketId: TicketId
  readonly identity: MatchIdentity
  readonly path: ReadyPath | undefined
}

/** At most one ticket at a time; what was prepared for it is given back or destroyed when nothing comes of it. */
export type Tickets = {
  /** Sends a seek with what stands ready; a refusal comes back as an event. */
  send(ticketId: TicketId, wish: SeekWish | undefined): void
  retire(ticketId: TicketId): void
  /** The ticket of the match that was found, which now belongs to the caller. */
  take(): Ticket | undefined
  present(): Ticket | undefined
}

export function createTickets(deps: {
  readonly keys: Pick<MatchKeys, 'take'>
  readonly media: Pick<MediaManager, 'take' | 'giveBack'>
  readonly seek: (body: ClientFrameBody<'match.seek'>) => Promise<Result<AckResult<'match.seek'>>>
  readonly dispatch: (event: CallEvent) => void
  readonly freshTicketId: () => TicketId
}): Tickets {
  const { dispatch, freshTicketId, keys, media } = deps
  let ticket: Ticket | undefined

  return {
    send(ticketId, wish) {
      const path = media.take()
      const identity = keys.take()
      if (!wish || !identity || (wish.mode !== 'text' && !path)) {
        if (path) media.giveBack(path)
        identity?.destroy()
        return dispatch({ kind: 'seekRefused', ticketId, code: 'SERVER_INTERNAL', freshTicketId: freshTicketId() })
      }
      ticket = { ticketId, identity, path }
      const broken = () => dispatch({ kind: 'ticketBroken', ticketId, freshTicketId: freshTicketId() })
      path?.listen({ ...DEAF, state: (state) => state === 'failed' && broken() })
      void deps.seek(seekBody(ticketId, wish, identity, path)).then((answer) => {
        if (!answer.ok) dispatch({ kind: 'seekRefused', ticketId, code: answer.code, freshTicketId: freshTicketId() })
        return undefined
      })
    },
    retire(ticketId) {
      if (ticket?.ticketId !== ticketId) return
      ticket.identity.destroy()
      if (ticket.path) media.giveBack(ticket.path)
      ticket = undefined
    },
    take() {
      const taken = ticket
      ticket = undefined
      return taken
    },
    present: () => ticket,
  }
}
