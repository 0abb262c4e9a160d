import * as z from 'zod/mini'
import { describe, expect, it } from 'vitest'
import { ROUTES, errorBody, handle } from './http.ts'

describe('HTTP contracts', () => {
  it('[WH1] every route says who may use it, and no two share method and path', () => {
    const keys = Object.values(ROUTES).map((route) => `${route.method} ${route.path}`)
    expect(new Set(keys).size).toBe(keys.length)
    for (const route of Object.values(ROUTES)) expect(['anyone', 'person', 'moderator']).toContain(route.who)
    for (const route of Object.values(ROUTES)) if (route.path.startsWith('/staff')) expect(route.who).toBe('moderator')
  })

  it('[WH2] request schemas are strict, and an error body carries a known code only', () => {
    for (const route of Object.values(ROUTES))
      if ('request' in route) expect(z.safeParse(route.request, { surprise: 1 }).success).toBe(false)
    expect(z.safeParse(errorBody, { code: 'NOT_FOUND' }).success).toBe(true)
    expect(z.safeParse(errorBody, { code: 'ELSE' }).success).toBe(false)
  })

  it('[A10] [A1] an account needs the adult declaration, the guidelines and no e-mail', () => {
    const wish = { handle: 'amber-otter-41', password: 'a long enough one', adult: true, guidelines: 1, proof: 'x' }
    const schema = ROUTES.createAccount.request
    expect(z.safeParse(schema, wish).success).toBe(true)
    expect(z.safeParse(schema, { ...wish, adult: false }).success).toBe(false)
    expect(z.safeParse(schema, { ...wish, guidelines: 0 }).success).toBe(false)
    expect(z.safeParse(schema, { ...wish, email: 'a@b.c' }).success).toBe(false)
  })

  it('handles are lower-case words, 3 to 24 characters', () => {
    for (const good of ['abc', 'amber-otter-41', 'a.b_c']) expect(z.safeParse(handle, good).success).toBe(true)
    for (const bad of ['ab', 'Amber', '-abc', 'abc-', 'a--b', 'a b c', 'ä-ö-ü', 'x'.repeat(25)])
      expect(z.safeParse(handle, bad).success).toBe(false)
  })
})
