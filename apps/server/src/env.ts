/** The environment as strings. Only `main.ts` and the staff command pass the real one. */
export type Env = Readonly<Record<string, string | undefined>>

/** Trims, and treats an empty variable as absent, as people expect of `NAME= ./start`. */
export function readEnv(raw: Env, name: string): string | undefined {
  const value = raw[name]?.trim()
  return value === undefined || value === '' ? undefined : value
}
