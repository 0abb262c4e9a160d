import { contactCode } from '@visavis/wire'

/** A contact code as people copy it, in capitals and groups, made plain; undefined when it cannot be one. */
export function codeOf(written: string): string | undefined {
  const plain = written.toLowerCase().replaceAll(/[\s-]/g, '')
  return contactCode.safeParse(plain).success ? plain : undefined
}
