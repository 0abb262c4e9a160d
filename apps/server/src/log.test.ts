import { VisavisError } from '@visavis/wire'
import { describe, expect, it } from 'vitest'
import { createLog } from './log.ts'

describe('[O4] the log', () => {
  function capture() {
    const lines: string[] = []
    return {
      log: createLog({ level: 'debug', sink: { write: (line) => void lines.push(line) } }),
      text: () => lines.join(''),
    }
  }

  it('keeps the last three characters of ids and drops fields it does not know', () => {
    const { log, text } = capture()
    log.info('gateway.open', {
      account: 'a0000000-0000-4000-8000-000000000abc',
      count: 3,
      email: 'x@example.org',
    } as never)
    expect(JSON.parse(text())).toMatchObject({ level: 'info', msg: 'gateway.open', account: '…abc', count: 3 })
    expect(text()).not.toMatch(/a0000000|example\.org/)
  })

  it('drops addresses, e-mails and free text wherever they are put', () => {
    for (const secret of ['from 192.0.2.7', '2001:db8::7', 'me@example.org', 'line\nbreak', 'x'.repeat(200), 'дом']) {
      const { log, text } = capture()
      log.warn(secret, { reason: secret, code: secret })
      expect(text()).not.toContain(JSON.stringify(secret).slice(1, -1))
    }
  })

  it('tells the kind and the way of an error, never its message', () => {
    const { log, text } = capture()
    const cause = Object.assign(new Error('duplicate key (handle)=(maria1990)'), { code: '23505', detail: 'maria1990' })
    log.error('http.unexpected', { err: new VisavisError('SERVER_INTERNAL', { cause }) })
    log.error('http.unexpected', { err: 'maria1990' })
    expect(text()).toContain('SERVER_INTERNAL')
    expect(text()).toContain('23505')
    expect(text()).not.toContain('maria')
  })
})
