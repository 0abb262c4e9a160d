import net from 'node:net'

/**
 * Ways of TCP into and out of a place: each argument is `from=to`, both `address:port`. Run inside the place; writes one line
 * when all are open. Firefox is driven over a socket of its loopback, and knows no other `localhost` than that.
 */
export type Way = { readonly from: string; readonly to: string }

export async function openWay({ from, to }: Way): Promise<() => void> {
  const open = new Set<net.Socket>()
  const server = net.createServer({ noDelay: true }, (near) => {
    const far = net.connect({ ...endpoint(to), noDelay: true })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => open.delete(one))
    }
  })
  const { host, port } = endpoint(from)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return () => {
    server.close()
    for (const socket of open) socket.destroy()
  }
}

function endpoint(text: string): { readonly host: string; readonly port: number } {
  const [host = '', port] = text.split(':')
  return { host, port: Number(port) }
}

if (import.meta.main) {
  for (const way of process.argv.slice(2)) {
    const [from = '', to = ''] = way.split('=')
    await openWay({ from, to })
  }
  console.log('open')
}
