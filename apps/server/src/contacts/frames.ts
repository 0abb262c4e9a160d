import { ok } from '@visavis/wire'
import type { FrameHandlers } from '../gateway/index.ts'
import type { Contacts } from './service.ts'

/** Who may: anyone signed in may say so; it means something only for a side of the call that is named. */
export function createContactFrames(contacts: Contacts): Pick<FrameHandlers, 'contact.keep'> {
  return {
    // The same answer whatever the other has said, and whoever asks.
    'contact.keep': async ({ person, device }, { callId, keep }) => {
      await contacts.keep(person.accountId, device, callId, keep)
      return ok({})
    },
  }
}
