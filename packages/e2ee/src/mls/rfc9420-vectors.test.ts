import {
  bytesToBase64,
  decodeMlsMessage,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  makePskIndex,
  processMessage,
} from 'ts-mls'
import { decodeAuthenticatedContent } from 'ts-mls/authenticatedContent.js'
import { refhash } from 'ts-mls/crypto/hash.js'
import { decryptWithLabel, encryptWithLabel } from 'ts-mls/crypto/hpke.js'
import { deriveSecret, deriveTreeSecret, expandWithLabel } from 'ts-mls/crypto/kdf.js'
import { signWithLabel, verifyWithLabel } from 'ts-mls/crypto/signature.js'
import { decodeGroupContext, encodeGroupContext, extractJoinerSecret } from 'ts-mls/groupContext.js'
import { initializeEpoch } from 'ts-mls/keySchedule.js'
import { createConfirmedHash, createInterimHash } from 'ts-mls/transcriptHash.js'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../hex.ts'
import basics from '../../vectors/rfc9420/crypto-basics.json' with { type: 'json' }
import schedule from '../../vectors/rfc9420/key-schedule.json' with { type: 'json' }
import passive from '../../vectors/rfc9420/passive-client-handling-commit.json' with { type: 'json' }
import transcripts from '../../vectors/rfc9420/transcript-hashes.json' with { type: 'json' }

/**
 * What other implementations of RFC 9420 made, read by the library as it is patched here. See the README beside the
 * vectors for where they come from and what they do not show.
 */
const suite = await getCiphersuiteImpl(getCiphersuiteFromName('MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'))

function bytes(hex: string): Uint8Array {
  const found = fromHex(hex.toLowerCase())
  if (found === undefined) throw new Error('not hex')
  return found
}

function messageOf<W extends string>(hex: string, wireformat: W) {
  const message = decodeMlsMessage(bytes(hex), 0)?.[0]
  if (message?.wireformat !== wireformat) throw new Error(`no ${wireformat}`)
  return message as Extract<typeof message, { wireformat: W }>
}

describe('crypto-basics', () => {
  it('[ER20] hash references, expansion and derivation with labels', async () => {
    const { ref_hash: ref, expand_with_label: expand, derive_secret: derive, derive_tree_secret: tree } = basics
    expect(toHex(await refhash(ref.label, bytes(ref.value), suite.hash))).toBe(ref.out)
    const context = bytes(expand.context)
    const expanded = await expandWithLabel(bytes(expand.secret), expand.label, context, expand.length, suite.kdf)
    expect(toHex(expanded)).toBe(expand.out)
    expect(toHex(await deriveSecret(bytes(derive.secret), derive.label, suite.kdf))).toBe(derive.out)
    const derived = await deriveTreeSecret(bytes(tree.secret), tree.label, tree.generation, tree.length, suite.kdf)
    expect(toHex(derived)).toBe(tree.out)
  })

  it('[ER20] signatures with a label: theirs verifies, ours is the same, another label is refused', async () => {
    const { pub, priv, label, content, signature } = basics.sign_with_label
    const verifies = (with_: string) =>
      verifyWithLabel(bytes(pub), with_, bytes(content), bytes(signature), suite.signature)
    expect(await verifies(label)).toBe(true)
    expect(await verifies('other')).toBe(false)
    expect(toHex(await signWithLabel(bytes(priv), label, bytes(content), suite.signature))).toBe(signature)
  })

  it('[ER20] encryption with a label: theirs opens, and so does ours', async () => {
    const { pub, priv, label, context, kem_output: kem, plaintext, ciphertext } = basics.encrypt_with_label
    const key = await suite.hpke.importPrivateKey(bytes(priv))
    const open = (enc: Uint8Array, sealed: Uint8Array) =>
      decryptWithLabel(key, label, bytes(context), enc, sealed, suite.hpke)
    expect(toHex(await open(bytes(kem), bytes(ciphertext)))).toBe(plaintext)
    const to = await suite.hpke.importPublicKey(bytes(pub))
    const { ct, enc } = await encryptWithLabel(to, label, bytes(context), bytes(plaintext), suite.hpke)
    expect(toHex(await open(enc, ct))).toBe(plaintext)
  })
})

describe('key-schedule', () => {
  it('[ER20] every secret of two epochs, from the first init secret on', async () => {
    let initSecret = bytes(schedule.initial_init_secret)
    for (const epoch of schedule.epochs) {
      const context = decodeGroupContext(bytes(epoch.group_context), 0)?.[0]
      if (context === undefined) throw new Error('no group context')
      expect(toHex(encodeGroupContext(context)).toUpperCase()).toBe(epoch.group_context)
      expect(toHex(context.treeHash).toUpperCase()).toBe(epoch.tree_hash)
      expect(toHex(context.confirmedTranscriptHash).toUpperCase()).toBe(epoch.confirmed_transcript_hash)
      const commitSecret = bytes(epoch.commit_secret)
      const made = await initializeEpoch(initSecret, commitSecret, context, bytes(epoch.psk_secret), suite.kdf)
      const joiner = await extractJoinerSecret(context, initSecret, commitSecret, suite.kdf)
      const { publicKey } = await suite.hpke.deriveKeyPair(made.keySchedule.externalSecret)
      const secrets = {
        joiner_secret: made.joinerSecret,
        welcome_secret: made.welcomeSecret,
        encryption_secret: made.encryptionSecret,
        init_secret: made.keySchedule.initSecret,
        sender_data_secret: made.keySchedule.senderDataSecret,
        exporter_secret: made.keySchedule.exporterSecret,
        epoch_authenticator: made.keySchedule.epochAuthenticator,
        external_secret: made.keySchedule.externalSecret,
        confirmation_key: made.keySchedule.confirmationKey,
        membership_key: made.keySchedule.membershipKey,
        resumption_psk: made.keySchedule.resumptionPsk,
        external_pub: await suite.hpke.exportPublicKey(publicKey),
      }
      for (const [name, secret] of Object.entries(secrets))
        expect(toHex(secret).toUpperCase(), name).toBe(epoch[name as keyof typeof secrets])
      expect(joiner).toEqual(made.joinerSecret)
      initSecret = made.keySchedule.initSecret
    }
  })
})

describe('transcript-hashes', () => {
  it.each(transcripts)('[ER20] confirmation tag, confirmed and interim hash: $confirmation_key', async (vector) => {
    const authenticated = decodeAuthenticatedContent(bytes(vector.authenticated_content), 0)?.[0]
    if (authenticated?.content.contentType !== 'commit') throw new Error('no commit')
    const { wireformat, content, auth } = authenticated
    if (auth.contentType !== 'commit') throw new Error('no commit')
    const input = { wireformat, content, signature: auth.signature }
    const confirmed = await createConfirmedHash(bytes(vector.interim_transcript_hash_before), input, suite.hash)
    expect(toHex(confirmed)).toBe(vector.confirmed_transcript_hash_after)
    const key = bytes(vector.confirmation_key)
    expect(await suite.hash.verifyMac(key, auth.confirmationTag, confirmed)).toBe(true)
    const interim = await createInterimHash(confirmed, auth.confirmationTag, suite.hash)
    expect(toHex(interim)).toBe(vector.interim_transcript_hash_after)
  })
})

describe('passive-client-handling-commit', () => {
  it('[ER20] joins a group that others made, and follows their commits', async () => {
    const { keyPackage } = messageOf(passive.key_package, 'mls_key_package')
    const { welcome: invitation } = messageOf(passive.welcome, 'mls_welcome')
    const privateKeys = {
      initPrivateKey: bytes(passive.init_priv),
      hpkePrivateKey: bytes(passive.encryption_priv),
      signaturePrivateKey: bytes(passive.signature_priv),
    }
    const psks = Object.fromEntries(
      passive.external_psks.map(({ psk_id: id, psk }) => [bytesToBase64(bytes(id)), bytes(psk)]),
    )
    const psk = makePskIndex(undefined, psks)
    let state = await joinGroup(invitation, keyPackage, privateKeys, psk, suite)
    expect(toHex(state.keySchedule.epochAuthenticator)).toBe(passive.initial_epoch_authenticator)
    for (const { commit, epoch_authenticator: authenticator } of passive.epochs) {
      const message = messageOf(commit, 'mls_public_message')
      const processed = await processMessage(message, state, makePskIndex(state, psks), () => 'accept', suite)
      if (processed.kind !== 'newState') throw new Error('no new state')
      state = processed.newState
      expect(toHex(state.keySchedule.epochAuthenticator)).toBe(authenticator)
    }
    expect(state.groupContext.epoch).toBe(4n)
  })
})
