import { MINUTE } from '@visavis/ports'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CONFIG_VARIABLES, ConfigError, parseConfig } from './config.ts'

describe('[O1] the configuration', () => {
  it('starts with nothing set', () => {
    expect(parseConfig({})).toEqual({
      port: 8080,
      host: '127.0.0.1',
      dataDir: './data',
      origin: undefined,
      databaseUrl: undefined,
      turn: undefined,
      relay: { host: undefined, port: undefined, publicPort: undefined },
      secret: undefined,
      logLevel: 'info',
      metricsPort: undefined,
      trustedProxyHeader: undefined,
      proofCost: 10_000,
      rateFactor: 1,
      meetAgainMs: 30 * MINUTE,
    })
  })

  const wrong: [string, string][] = [
    ['PORT', '65536'],
    ['PORT', 'http'],
    ['PORT', '-1'],
    ['VISAVIS_ORIGIN', 'example.org'],
    ['VISAVIS_ORIGIN', 'https://example.org/app'],
    ['VISAVIS_ORIGIN', 'ftp://example.org'],
    ['DATABASE_URL', 'mysql://x'],
    ['TURN_URL', 'http://x'],
    ['TURN_URL', 'turn:x'],
    ['TURN_SECRET', 'alone'],
    ['TURN_RELAY_ADDRESSES', 'not-an-address'],
    ['VISAVIS_RELAY', 'yes'],
    ['VISAVIS_RELAY_PORT', '0'],
    ['VISAVIS_SECRET', 'short'],
    ['VISAVIS_LOG_LEVEL', 'loud'],
    ['VISAVIS_METRICS_PORT', 'x'],
    ['VISAVIS_TRUSTED_PROXY_HEADER', 'a b'],
    ['VISAVIS_PROOF_COST', '0'],
    ['VISAVIS_RATE_FACTOR', '-1'],
    ['VISAVIS_FRAMES_PER_SECOND', '0'],
    ['VISAVIS_FRAMES_PER_SECOND', '10000'],
    ['VISAVIS_MEET_AGAIN_MINUTES', '-1'],
    ['VISAVIS_MEET_AGAIN_MINUTES', '0.5'],
    ['VISAVIS_MEET_AGAIN_MINUTES', '1441'],
  ]
  for (const [name, value] of wrong) {
    it(`refuses ${name}=${value} and names a variable, without quoting its value`, () => {
      const error = (() => {
        try {
          return parseConfig({ [name]: value })
        } catch (thrown) {
          return thrown
        }
      })()
      expect(error).toBeInstanceOf(ConfigError)
      const { message } = error as ConfigError
      expect(CONFIG_VARIABLES.some((variable) => message.startsWith(variable.name))).toBe(true)
      if (value.length > 4) expect(message).not.toContain(value)
    })
  }

  it('treats blank variables as absent and normalises the origin', () => {
    expect(parseConfig({ PORT: '  ', VISAVIS_ORIGIN: ' https://Example.org/ ' })).toMatchObject({
      port: 8080,
      origin: 'https://example.org',
    })
  })

  it('[M4] keeps people who met apart for 0 minutes to a day', () => {
    expect(parseConfig({ VISAVIS_MEET_AGAIN_MINUTES: '0' }).meetAgainMs).toBe(0)
    expect(parseConfig({ VISAVIS_MEET_AGAIN_MINUTES: '1440' }).meetAgainMs).toBe(1_440 * MINUTE)
  })

  it('takes a whole TURN setting', () => {
    const turn = parseConfig({
      TURN_URL: 'turn:a.example:3478, turns:a.example:5349',
      TURN_SECRET: 's',
      TURN_RELAY_ADDRESSES: '192.0.2.1, 2001:db8::1',
    }).turn
    expect(turn).toEqual({
      urls: ['turn:a.example:3478', 'turns:a.example:5349'],
      secret: 's',
      relayAddresses: ['192.0.2.1', '2001:db8::1'],
    })
  })

  it('never throws anything but ConfigError, whatever the environment holds', () => {
    const names = CONFIG_VARIABLES.map((variable) => variable.name)
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.string()), (env) => {
        try {
          parseConfig(env)
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError)
        }
      }),
    )
  })
})
