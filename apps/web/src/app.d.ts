declare namespace App {
  interface Error {
    message: string
  }
}

/** Made by the build from `packages/safety` (apps/web/safety-packs.ts). */
declare module 'virtual:safety-packs' {
  /** Addresses by language. */
  export const packs: Readonly<Record<string, string>>
  /** Base64, or empty. */
  export const key: string
}
