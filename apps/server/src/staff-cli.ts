import { randomBytes, randomUUID } from 'node:crypto'
import { createModerator } from './accounts/index.ts'
import { ConfigError, parseConfig } from './config.ts'
import { createLog } from './log.ts'
import { moveOnAfterRestore } from './restored.ts'
import { FolderInUseError, openStorage } from './storage/index.ts'

const USAGE = `Usage: npm run staff -- create NAME     makes a moderator and prints a random password once
       npm run staff -- restored        after an older database was put back, before the server starts again
`

/** `npm run staff -- create NAME` or `restored`. Returns the exit code. */
async function run(words: readonly string[]): Promise<number> {
  const [command, name, ...more] = words
  const isWhole =
    command === 'create' ? name !== undefined && name !== '' : command === 'restored' && name === undefined
  if (!isWhole || more.length > 0) {
    process.stderr.write(USAGE)
    return 2
  }
  const config = parseConfig(process.env)
  const log = createLog({ level: 'error', sink: process.stderr })
  const storage = await openStorage({ url: config.databaseUrl, dataDir: config.dataDir, log })
  try {
    if (name === undefined) {
      const { conversations } = await moveOnAfterRestore(storage.db)
      process.stdout.write(`Ready to start. ${conversations} conversations will begin a new group by themselves.\n`)
      return 0
    }
    const random = {
      bytes: (count: number) => new Uint8Array(randomBytes(count)),
      uuid: () => randomUUID(),
      float: () => Math.random(),
    }
    const clock = { nowMs: () => Date.now() }
    const made = await createModerator({ db: storage.db, clock, random }, name)
    if (made.ok) {
      process.stdout.write(`Moderator ${name} was made. Password, shown only now: ${made.value}\n`)
      return 0
    }
    const reasons = {
      ACCOUNT_HANDLE_TAKEN: 'This name is taken.',
      ACCOUNT_HANDLE_INVALID: 'Names have 3 to 24 small letters, digits and single - _ .',
    }
    process.stderr.write(`${reasons[made.code as keyof typeof reasons] ?? made.code}\n`)
    return 1
  } finally {
    await storage.close()
  }
}

run(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (error instanceof FolderInUseError) {
      process.stderr.write(
        'The server is running on this data folder. With the embedded database it has to be stopped first: stop it, do this again, start it.\n',
      )
    } else if (error instanceof ConfigError) {
      process.stderr.write(`${error.message}\n`)
    } else {
      process.stderr.write(`This could not be done (${error instanceof Error ? error.name : 'error'}).\n`)
    }
    process.exit(1)
  },
)
