import { generateKeyPairSync } from 'node:crypto'
import { compilePack, openPack } from '@visavis/safety'
import { expect, it } from 'vitest'
import { languages, packData } from './files.ts'
import { publicKeyOf, signPack } from './signing.ts'

it('[S13, SF16] what the command signs opens under the public key, under no other, and is the whole pack', async () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const other = generateKeyPairSync('ed25519')
  for (const language of languages()) {
    const { pack, signature } = signPack(language, privateKey)
    const opened = await openPack(pack, signature, publicKeyOf(privateKey))
    expect(opened).toEqual({ ok: true, value: packData(language) })
    expect(opened.ok && compilePack(opened.value).ok).toBe(true)
    expect((await openPack(pack, signature, publicKeyOf(other.privateKey))).ok).toBe(false)
  }
})
