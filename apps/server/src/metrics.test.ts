import { networkInterfaces } from 'node:os'
import { connect } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { createMetrics } from './metrics.ts'

const open: { close: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

async function serve() {
  const metrics = createMetrics()
  const listener = await metrics.listen(0)
  open.push(listener)
  const read = async (path = '/metrics', method = 'GET') =>
    fetch(`http://127.0.0.1:${listener.port}${path}`, { method })
  return { metrics, read, port: listener.port }
}

it('[O1] answers GET /metrics and nothing else', async () => {
  const { metrics, read } = await serve()
  metrics.request('getSession', 200, 12)
  const answer = await read()
  expect(answer.headers.get('content-type')).toContain('text/plain')
  expect(await answer.text()).toContain('visavis_http_requests_total{route="getSession",status="200"} 1')
  expect((await read('/')).status).toBe(404)
  expect((await read('/metrics', 'POST')).status).toBe(404)
})

it('[O1] listens on loopback only', async () => {
  const { port } = await serve()
  const outward = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter((each) => !each.internal && each.family === 'IPv4')
    .map((each) => each.address)
  // 127.0.0.2 is this machine too, but not the address that was bound: a listener on every address would answer it.
  for (const host of [...outward, '127.0.0.2']) {
    const reached = await new Promise((resolve) => {
      const socket = connect(port, host, () => resolve('answered'))
      socket.on('error', () => resolve('refused'))
      socket.on('close', () => resolve('closed'))
      socket.setTimeout(2_000, () => socket.destroy())
    })
    expect(reached).not.toBe('answered')
  }
})

it('[O1] reads figures when asked, and leaves out what cannot be read', async () => {
  const { metrics, read } = await serve()
  let waiting = 3
  let down = false
  metrics.watch({ visavis_waiting: 'Waiting' }, async () => ({ visavis_waiting: waiting }))
  metrics.watch({ visavis_relay_legs: 'Legs' }, async () => {
    if (down) throw new Error('the relay is away')
    return { visavis_relay_legs: 2 }
  })
  expect(await (await read()).text()).toMatch(/\nvisavis_waiting 3\n[^]*\nvisavis_relay_legs 2\n/)
  waiting = 4
  down = true
  const later = await (await read()).text()
  expect(later).toContain('\nvisavis_waiting 4\n')
  expect(later).not.toMatch(/\nvisavis_relay_legs \d/)
})
