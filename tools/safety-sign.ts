import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { languages } from './safety/files.ts'
import { publicKeyOf, signPack } from './safety/signing.ts'

/**
 * `npm run safety:sign -- --key FILE --out FOLDER`: writes `<language>.pack` and `<language>.sig` of every language, for clients to
 * download, and prints the public key. `--new-key FILE` makes a private key first (PEM, for its owner's eyes only).
 */
const { values } = parseArgs({
  options: { key: { type: 'string' }, out: { type: 'string' }, 'new-key': { type: 'string' } },
})
const fresh = values['new-key']
if (fresh !== undefined) {
  const { privateKey } = generateKeyPairSync('ed25519')
  writeFileSync(fresh, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600, flag: 'wx' })
}
const file = values.key ?? fresh
if (file === undefined) throw new Error('say --key FILE, or --new-key FILE to make one')
const key = createPrivateKey(readFileSync(file))
console.log(`public key (base64): ${Buffer.from(publicKeyOf(key)).toString('base64')}`)

if (values.out !== undefined) {
  mkdirSync(values.out, { recursive: true })
  for (const language of languages()) {
    const { pack, signature } = signPack(language, key)
    writeFileSync(`${values.out}/${language}.pack`, pack)
    writeFileSync(`${values.out}/${language}.sig`, signature)
    console.log(`${language}: ${pack.length} bytes`)
  }
}
