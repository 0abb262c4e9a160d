import { ok } from '@visavis/wire'
import type { FrameHandlers } from '../gateway/index.ts'
import type { Mailbox } from './service.ts'

/** Who may: the sender must be in the live call it names; `received` concerns nobody but its own device. */
export function createMailboxFrames(mailbox: Mailbox): Pick<FrameHandlers, 'message.send' | 'received'> {
  return {
    'message.send': ({ device }, body) => mailbox.send(device, body),
    received: ({ device }, body) => {
      mailbox.received(device, body.durableSeq)
      return ok({})
    },
  }
}
