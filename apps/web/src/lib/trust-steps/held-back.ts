import type { Message } from '../messenger/types.ts'

/** Why a file of a message is not shown [M18]; undefined when nothing holds it back. */
export type HeldBack = 'locked' | 'unshown' | 'covered'

export function heldBack(
  { kind, reach, file }: Pick<Message, 'kind' | 'reach' | 'file'>,
  isUncovered: boolean,
): HeldBack | undefined {
  const isFile = kind === 'photo' || kind === 'voice' || kind === 'document'
  // Of a photo that was seen once nothing is left to hold back.
  if (!isFile || reach.files === 'open' || file?.isOpened === true) return undefined
  return reach.files === 'covered' && isUncovered ? undefined : reach.files
}
