import type { AccountId, ServerFrameBody } from '@visavis/wire'
import type { Gateway } from '../gateway/index.ts'

export type ChangedList = ServerFrameBody<'changed'>['what']
/** Tells the devices of these accounts to ask for these lists again. */
export type TellChanged = (accounts: readonly AccountId[], ...lists: readonly ChangedList[]) => void

/** A device that is not there hears nothing, and asks by itself when it comes: what is told here may be lost (WD1). */
export function createTellChanged({ devicesOf, deliver }: Pick<Gateway, 'devicesOf' | 'deliver'>): TellChanged {
  return (accounts, ...lists) => {
    for (const device of accounts.flatMap(devicesOf)) for (const what of lists) deliver(device, 'changed', { what })
  }
}
