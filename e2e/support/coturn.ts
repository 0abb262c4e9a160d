import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

/** A real coturn for a test: one address, time-limited credentials, its files in a folder of its own. */
export type Coturn = { readonly url: string; readonly secret: string; close(): Promise<void> }

const BINARY = '/usr/bin/turnserver'
export const hasCoturn = existsSync(BINARY)

export async function startCoturn(address: string): Promise<Coturn> {
  const secret = 'test-only-secret'
  const port = await freePort(address)
  const folder = await mkdtemp(join(tmpdir(), 'coturn-'))
  const args = [
    ...'-n --no-cli --no-tls --no-dtls --no-multicast-peers --fingerprint --relay-threads=1'.split(' '),
    `--listening-ip=${address}`,
    `--relay-ip=${address}`,
    `--listening-port=${port}`,
    '--use-auth-secret',
    `--static-auth-secret=${secret}`,
    '--realm=visavis.test',
    '--log-file=stdout',
    `--pidfile=${join(folder, 'pid')}`,
    `--userdb=${join(folder, 'db')}`,
  ]
  const child = spawn(BINARY, args, { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await answers(address, port)
  return {
    url: `turn:${address}:${port}?transport=udp`,
    secret,
    async close() {
      child.kill('SIGKILL')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Asks with a plain Binding request until something answers; gives up after 10 s. */
async function answers(address: string, port: number): Promise<void> {
  const request = Buffer.from('000100002112a442000102030405060708090a0b', 'hex')
  const socket = createSocket('udp4')
  socket.on('error', () => undefined)
  const answered = new Promise<true>((resolve) => socket.once('message', () => resolve(true)))
  for (let attempt = 0; attempt < 100; attempt++) {
    socket.send(request, port, address, () => undefined)
    const pause = new Promise<false>((resolve) => setTimeout(() => resolve(false), 100))
    if (await Promise.race([answered, pause])) {
      socket.close()
      return
    }
  }
  socket.close()
  throw new Error('coturn does not answer')
}
