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
      s3: undefined,
      turn: undefined,
      relay: { host: undefined, port: undefined, publicPort: undefined },
      secret: undefined,
      logLevel: 'info',
      metricsPort: undefined,
      trustedProxyHeader: undefined,
      proofCost: 10_000,
      rateFactor: 1,
      meetAgainMs: 30 * MINUTE,
      push: { hosts: undefined, contact: undefined },
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
    ['S3_URL', 'ftp://files.example'],
    ['S3_BUCKET', 'a-bucket-alone'],
    ['S3_SECRET', 'alone without an address'],
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
    ['VISAVIS_PUSH_HOSTS', 'https://push.example.org'],
    ['VISAVIS_PUSH_HOSTS', 'off, push.example.org'],
    ['VISAVIS_PUSH_HOSTS', 'a*.example.org'],
    ['VISAVIS_PUSH_CONTACT', 'http://example.org'],
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

  const S3 = {
    S3_URL: 'https://files.example:9000/',
    S3_BUCKET: 'visavis-files',
    S3_KEY_ID: 'KEY',
    S3_SECRET: 'a+secret/of=its+own',
  }

  it('[K2] takes a whole S3 setting', () => {
    const s3 = {
      url: 'https://files.example:9000',
      bucket: S3.S3_BUCKET,
      keyId: S3.S3_KEY_ID,
      secret: S3.S3_SECRET,
      region: 'us-east-1',
      style: 'path',
    }
    expect(parseConfig(S3).s3).toEqual(s3)
    const more = { S3_REGION: 'eu-central-1', S3_STYLE: 'host' }
    expect(parseConfig({ ...S3, ...more }).s3).toEqual({ ...s3, region: 'eu-central-1', style: 'host' })
  })

  it('[K2] refuses an S3 setting that lacks something or cannot be right, and quotes nothing of it', () => {
    const faults: Readonly<Record<string, string>>[] = [
      { S3_URL: 'https://files.example/a-folder' },
      { S3_URL: 'https://somebody:word@files.example' },
      { S3_BUCKET: '' },
      { S3_BUCKET: 'Upper-Case' },
      { S3_BUCKET: '../secrets' },
      { S3_BUCKET: 'double..dots' },
      { S3_KEY_ID: '' },
      { S3_KEY_ID: 'a/slash' },
      { S3_SECRET: '' },
      { S3_SECRET: 'two words' },
      { S3_REGION: 'eu central' },
      { S3_STYLE: 'virtual' },
      { S3_STYLE: 'host', S3_URL: 'http://192.0.2.7:9000' },
      { S3_STYLE: 'host', S3_URL: 'http://[2001:db8::7]:9000' },
    ]
    for (const each of faults) {
      const message = (() => {
        try {
          return JSON.stringify(parseConfig({ ...S3, ...each }))
        } catch (error) {
          return error instanceof ConfigError ? error.message : String(error)
        }
      })()
      expect([each, message]).toEqual([each, expect.stringMatching(/^S3_[A-Z_]+ [^:]*\.$/)])
      for (const value of [...Object.values(S3), ...Object.values(each)])
        if (value.length > 4) expect(message).not.toContain(value)
    }
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
