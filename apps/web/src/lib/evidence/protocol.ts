/** What page and worker say to each other about encoded frames. `tap` numbers the taps of one page. */

/** Goes with an `RTCRtpScriptTransform`: whose frames they are, and how large a key frame is still looked at. */
export type TapOptions = { readonly tap: number; readonly side: 'sender' | 'receiver'; readonly bytesMax: number }

export type ToFrameWorker = { readonly kind: 'ask' | 'close'; readonly tap: number }

export type FromFrameWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'sent'; readonly tap: number; readonly digest: Uint8Array<ArrayBuffer> }
  | {
      readonly kind: 'arrived'
      readonly tap: number
      readonly digest: Uint8Array<ArrayBuffer>
      readonly bytes: Uint8Array<ArrayBuffer>
    }
