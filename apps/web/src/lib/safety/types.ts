import type { Checked, Message, Reason } from '@visavis/safety'
import type { Result } from '@visavis/wire'
import type { SafetyPreferencesModel } from './preferences.ts'

/** Of one language: which rules the engine uses at present. */
export type PackVersion = {
  readonly language: string
  /** Like `2026-11-22.1`. */
  readonly version: string
  /** `bundled`: they came with the app. `delivered`: newer ones, signed, that the server handed out later. */
  readonly source: 'bundled' | 'delivered'
}

/** The engine of red flags, wherever it runs. Nothing that it is given or answers leaves the device. Never rejects. */
export type SafetyChecker = {
  /** Errors: SAFETY_UNAVAILABLE when the engine cannot be had; a text is then not checked, which is not the same as harmless. */
  check(message: Message): Promise<Result<Checked>>
  /** Whom a handle poses as - our team, somebody famous, somebody verified -, the surest first. Errors as `check`. */
  posesOf(name: string): Promise<Result<readonly Reason[]>>
  /** Languages in use and their versions; starts the engine if it does not run. Errors as `check`. */
  versions(): Promise<Result<readonly PackVersion[]>>
}

/** Safety of this page: one engine in a worker of its own, for calls, the composer and, over a port, the messenger. */
export type Safety = {
  readonly checker: SafetyChecker
  readonly preferences: SafetyPreferencesModel
  /** Likely countries of the person, for the context of a check: ISO 3166-1 alpha-2, upper case. */
  readonly countries: readonly string[]
  /** The languages that the person speaks were changed in the lobby. */
  languagesChanged(): void
}
