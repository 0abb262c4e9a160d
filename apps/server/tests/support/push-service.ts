import { createServer } from 'node:https'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSelfSigned } from './self-signed.ts'

/** One push, as the push service gets it. */
export type TakenPush = {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A push service on this machine, over TLS, that writes down whatever is sent to it. */
export type PushService = {
  /** `host:port`, for `VISAVIS_PUSH_HOSTS`. */
  readonly host: string
  readonly certificate: string
  readonly taken: readonly TakenPush[]
  endpoint(name: string): string
  /** What it answers from here on. */
  answer(status: number, headers?: Record<string, string>): void
  close(): Promise<void>
}

export async function startPushService(): Promise<PushService> {
  const { key, cert } = createSelfSigned(['localhost', '127.0.0.1'])
  const taken: TakenPush[] = []
  let answer: { status: number; headers: Record<string, string> } = { status: 201, headers: {} }
  const server = createServer({ key, cert }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => void chunks.push(chunk))
    request.on('end', () => {
      const { method, url, headers } = request
      taken.push({ method, path: url, headers, body: Buffer.concat(chunks) })
      response.writeHead(answer.status, answer.headers).end('a long story')
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    host,
    certificate: cert,
    taken,
    endpoint: (name) => `https://${host}/push/${name}`,
    answer: (status, headers = {}) => void (answer = { status, headers }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
