import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from '../../e2e/support/free-port.ts'
import { XMPP_HOST, XMPP_PASSWORD } from './xmpp-client.ts'

/**
 * The XMPP servers of Debian's packages in folders of their own, stripped to what is measured: sign-in, roster, presence,
 * messages, offline storage. No TLS, plain passwords, no archive, no limits: whatever would make them slower is off.
 * ejabberd keeps what waits in Mnesia, prosody in files; neither waits for the disk.
 */
export type XmppServer = { readonly port: number; readonly stop: () => Promise<void> }

const START_MS_MAX = 60_000
const REGISTER_AT_ONCE = 8

/** Undefined where the package is not installed. */
export async function startEjabberd(users: number): Promise<XmppServer | undefined> {
  const libraries = ejabberdLibraries()
  if (!libraries) return undefined
  const [port, apiPort] = [await freePort(), await freePort()]
  const folder = mkdtempSync(path.join(tmpdir(), 'visavis-ejabberd-'))
  const database = path.join(folder, 'database')
  mkdirSync(database)
  const config = path.join(folder, 'ejabberd.yml')
  writeFileSync(config, ejabberdConfig(port, apiPort))
  const env = {
    ...process.env,
    HOME: folder,
    ERL_LIBS: libraries,
    EJABBERD_CONFIG_PATH: config,
    EJABBERD_LOG_PATH: path.join(folder, 'ejabberd.log'),
    ERL_CRASH_DUMP_BYTES: '0',
  }
  const args = ['-noinput', '+K', 'true', '-mnesia', 'dir', JSON.stringify(database), '-s', 'ejabberd']
  const server = run('erl', args, { cwd: database, env, folder })
  try {
    await server.listening(apiPort)
    await server.listening(port)
    await registerUsers(apiPort, users)
    return { port, stop: server.stop }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** Undefined where the package is not installed. */
export async function startProsody(users: number): Promise<XmppServer | undefined> {
  if (!existsSync('/usr/bin/prosody')) return undefined
  const port = await freePort()
  const folder = mkdtempSync(path.join(tmpdir(), 'visavis-prosody-'))
  const accounts = path.join(folder, 'data', XMPP_HOST, 'accounts')
  mkdirSync(accounts, { recursive: true })
  for (let n = 0; n < users; n++)
    writeFileSync(path.join(accounts, `u${n}.dat`), `return { ["password"] = "${XMPP_PASSWORD}"; };\n`)
  const config = path.join(folder, 'prosody.cfg.lua')
  writeFileSync(config, prosodyConfig(folder, port))
  const server = run('/usr/bin/prosody', ['-F', '--config', config], { cwd: folder, env: process.env, folder })
  try {
    await server.listening(port)
    return { port, stop: server.stop }
  } catch (error) {
    await server.stop()
    throw error
  }
}

function ejabberdLibraries(): string | undefined {
  const root = '/usr/lib'
  const folders = readdirSync(root).map((name) => path.join(root, name))
  const holds = (folder: string) => readdirSync(folder).some((name) => name.startsWith('ejabberd-'))
  return folders.find((folder) => folder.endsWith('-linux-gnu') && holds(folder))
}

function run(program: string, args: string[], where: { cwd: string; env: NodeJS.ProcessEnv; folder: string }) {
  const child = spawn(program, args, { cwd: where.cwd, env: where.env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void (output += chunk.toString()))
  child.on('error', (error) => void (output += String(error)))
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    async listening(port: number): Promise<void> {
      const deadline = Date.now() + START_MS_MAX
      while (!(await isListening(port))) {
        if (child.exitCode !== null || Date.now() > deadline)
          throw new Error(`${program} is not ready:\n${output.slice(-800)}`)
        await new Promise((resolve) => void setTimeout(resolve, 100))
      }
    },
    async stop(): Promise<void> {
      child.kill('SIGTERM')
      const giveUp = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await ended
      clearTimeout(giveUp)
      rmSync(where.folder, { recursive: true, force: true })
    },
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(port, '127.0.0.1', () => resolve(true))
    probe.once('error', () => resolve(false)).once('connect', () => probe.destroy())
  })
}

async function registerUsers(apiPort: number, users: number): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < users) {
      const body = JSON.stringify({ user: `u${next++}`, host: XMPP_HOST, password: XMPP_PASSWORD })
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`http://127.0.0.1:${apiPort}/api/register`, { method: 'POST', headers, body })
      if (!answer.ok) throw new Error(`register: ${answer.status} ${await answer.text()}`)
    }
  }
  await Promise.all(Array.from({ length: REGISTER_AT_ONCE }, worker))
}

function ejabberdConfig(port: number, apiPort: number): string {
  return `hosts: [${XMPP_HOST}]
loglevel: warning
log_rotate_count: 0
auth_method: internal
auth_password_format: plain
disable_sasl_mechanisms: ["digest-md5", "scram-sha-1", "x-oauth2"]
listen:
  - port: ${port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    max_stanza_size: 262144
    access: c2s
    shaper: none
    starttls: false
    backlog: 4096
  - port: ${apiPort}
    ip: "127.0.0.1"
    module: ejabberd_http
    request_handlers:
      /api: mod_http_api
acl:
  loopback: { ip: [127.0.0.0/8] }
access_rules:
  c2s: { allow: all }
api_permissions:
  "local": { who: { ip: 127.0.0.1/8 }, what: "*" }
shaper: {}
shaper_rules:
  max_user_sessions: 10
  max_user_offline_messages: { 100000: all }
modules:
  mod_admin_extra: {}
  mod_disco: {}
  mod_http_api: {}
  mod_ping: {}
  mod_roster: {}
  mod_offline:
    access_max_user_messages: max_user_offline_messages
`
}

function prosodyConfig(folder: string, port: number): string {
  const at = (name: string) => JSON.stringify(path.join(folder, name))
  return `daemonize = false
pidfile = ${at('prosody.pid')}
data_path = ${at('data')}
certificates = ${at('certs')}
run_as_root = true
network_backend = "epoll"
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
s2s_ports = {}
modules_enabled = { "saslauth"; "disco"; "ping"; "roster"; "offline"; "presence"; "message"; "iq"; "c2s" }
modules_disabled = { "s2s"; "tls"; "posix" }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
storage = "internal"
limits = {}
network_settings = { tcp_backlog = 4096 }
log = { warn = ${at('prosody.log')} }
VirtualHost "${XMPP_HOST}"
`
}
