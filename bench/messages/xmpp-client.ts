import { randomBytes } from 'node:crypto'
import { connect as connectSocket, type Socket } from 'node:net'
import type { LineEvents } from '../relay-messages/traffic.ts'
import type { Client, Connect } from './client.ts'

/** A user of an XMPP server: `xmpp-servers.ts` makes `u0`, `u1` ... of this host, all with this password. */
export const XMPP_HOST = 'localhost'
export const XMPP_PASSWORD = 'pw'

const STREAM =
  `<stream:stream to='${XMPP_HOST}' xmlns='jabber:client' version='1.0' ` +
  `xmlns:stream='http://etherx.jabber.org/streams'>`
const BIND = `<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>r</resource></bind></iq>`
const PING = `<iq type='get' id='taken' to='${XMPP_HOST}'><ping xmlns='urn:xmpp:ping'/></iq>`
const RECEIPT_REQUEST = `<request xmlns='urn:xmpp:receipts'/>`

/** Plain XMPP over TCP (RFC 6120) with message receipts (XEP-0184); a receipt is acceptance as well: there is no other. */
export function xmppConnect(options: { port: number; bytes: number }): Connect {
  const text = randomBytes(options.bytes).toString('base64').slice(0, options.bytes)
  return async (person, events, failed, { partnerIsHere }) => {
    const { socket, rest } = await signIn(options.port, person)
    const partner = `u${person ^ 1}@${XMPP_HOST}`
    // Whoever is not there has no full address.
    return createClient(socket, rest, { to: partnerIsHere ? `${partner}/r` : partner, partner, text, events, failed })
  }
}

async function signIn(port: number, person: number): Promise<{ socket: Socket; rest: string }> {
  const socket = connectSocket(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1')
  let buffer = ''
  let wake = (): void => undefined
  let ended: string | undefined
  const read = (data: string) => {
    buffer += data
    wake()
  }
  const end = (error?: unknown) => {
    ended = error instanceof Error ? error.message : 'closed'
    wake()
  }
  socket.on('data', read).on('error', end).on('close', end)
  const until = async (mark: string, refusal = '<stream:error') => {
    while (!buffer.includes(mark)) {
      if (ended !== undefined || buffer.includes(refusal)) throw new Error(`sign-in: ${ended ?? buffer.slice(-200)}`)
      await new Promise<void>((resolve) => (wake = resolve))
    }
    buffer = buffer.slice(buffer.indexOf(mark) + mark.length)
  }
  const credentials = Buffer.from(`\0u${person}\0${XMPP_PASSWORD}`).toString('base64')
  socket.write(STREAM)
  await until('</stream:features>')
  socket.write(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${credentials}</auth>`)
  await until('<success', '<failure')
  socket.write(STREAM)
  await until('</stream:features>')
  socket.write(BIND)
  await until('</iq>')
  socket.write('<presence/>')
  socket.off('data', read).off('error', end).off('close', end)
  return { socket, rest: buffer }
}

function createClient(
  socket: Socket,
  rest: string,
  given: { to: string; partner: string; text: string; events: LineEvents; failed: (reason: string) => void },
): Client {
  const { to, partner, text, events, failed } = given
  let isClosing = false
  let pong = (): void => undefined

  function take(stanza: string): void {
    if (stanza.startsWith('<iq')) {
      if (/id=['"]taken['"]/.test(stanza.slice(0, 200))) pong()
    } else if (stanza.startsWith('<message')) takeMessage(stanza)
  }

  function takeMessage(stanza: string): void {
    if (stanza.includes('<received')) {
      const index = idIn(stanza.slice(stanza.indexOf('<received')), 'm')
      events.accepted(index)
      events.receipted(index)
    } else if (stanza.includes('<body')) {
      const index = idIn(stanza, 'm')
      if (!stanza.includes(text)) failed('a message was altered')
      events.delivered(index)
      socket.write(
        `<message to='${partner}/r' type='chat' id='r${index}'><received xmlns='urn:xmpp:receipts' id='m${index}'/></message>`,
      )
    } else failed(`not understood: ${stanza.slice(0, 200)}`)
  }

  const split = createSplitter(take)
  socket.on('error', (error) => failed(String(error)))
  socket.on('close', () => isClosing || failed('a connection closed'))
  socket.on('data', (data) => split(String(data)))
  split(rest)
  return {
    send: (index) =>
      socket.write(`<message to='${to}' type='chat' id='m${index}'><body>${text}</body>${RECEIPT_REQUEST}</message>`),
    taken: () =>
      new Promise((resolve) => {
        pong = resolve
        socket.write(PING)
      }),
    close: () => {
      isClosing = true
      socket.end('</stream:stream>')
    },
  }
}

/** The number in the first `id` attribute that begins with this letter. */
function idIn(stanza: string, letter: string): number {
  return Number(new RegExp(`id=['"]${letter}(\\d+)['"]`).exec(stanza)?.[1] ?? Number.NaN)
}

/** Cuts a stream into stanzas by their end tags: as much XML as these servers write without being asked for more. */
function createSplitter(take: (stanza: string) => void): (data: string) => void {
  let buffer = ''
  return (data) => {
    buffer += data
    for (let at = 0; ;) {
      const start = buffer.indexOf('<', at)
      const name = start === -1 ? undefined : /^<([a-z:]+)[ />]/.exec(buffer.slice(start, start + 40))?.[1]
      const end = name === undefined ? -1 : endOf(buffer, start, name)
      if (end === -1) {
        buffer = buffer.slice(start === -1 ? buffer.length : start)
        return
      }
      take(buffer.slice(start, end))
      at = end
    }
  }
}

/** Behind the element that begins at `start`, or -1 while it is not complete. */
function endOf(text: string, start: number, name: string): number {
  const headEnd = text.indexOf('>', start)
  if (headEnd === -1 || text[headEnd - 1] === '/') return headEnd === -1 ? -1 : headEnd + 1
  const tail = `</${name}>`
  const at = text.indexOf(tail, headEnd)
  return at === -1 ? -1 : at + tail.length
}
