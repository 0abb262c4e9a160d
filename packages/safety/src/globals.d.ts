/**
 * The only globals this package touches, declared by hand because the universal preset has neither DOM nor Node types.
 * They are interfaces and `var`s so that they merge with the real ones where a test is compiled with Node's types.
 */
interface TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>
}
declare var TextEncoder: { new (): TextEncoder }

interface TextDecoder {
  decode(bytes?: Uint8Array): string
}
declare var TextDecoder: { new (label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }): TextDecoder }
