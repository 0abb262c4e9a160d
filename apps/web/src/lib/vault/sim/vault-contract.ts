import { describe, expect, it } from 'vitest'
import type { Change, Vault, VaultDoor, VaultKey, VaultValue } from '../types.ts'

/** What every vault and its door must do; runs on the fake and on the one that is shipped. */
export function vaultContract(name: string, create: () => VaultDoor): void {
  const bytes = Uint8Array.of(0, 1, 255)

  async function openVault(door: VaultDoor = create()): Promise<Vault> {
    const opened = await door.open()
    if (!opened.ok) throw new Error(opened.code)
    return opened.value
  }
  const message = (key: VaultKey, value: VaultValue = key): Change => ({ shelf: 'messages', key, value })
  const keysOf = (records: readonly { readonly key: VaultKey }[]) => records.map(({ key }) => key)

  describe(`vault contract: ${name}`, () => {
    it('[K4] gives back what was written, also after it was closed and opened again', async () => {
      const door = create()
      const vault = await openVault(door)
      const value = { text: 'ä', at: 1_700_000_000_000, half: 0.5, none: null, yes: true, bytes, list: [1, 'a', bytes] }
      await vault.write([{ shelf: 'self', key: ['device'], value }])
      vault.close()
      const again = await openVault(door)
      expect(await again.get('self', ['device'])).toEqual(value)
      expect(await again.get('self', ['other'])).toBeUndefined()
      expect(await again.get('contacts', ['device'])).toBeUndefined()
    })

    it('[K4] leaves out what is undefined, replaces, deletes, and takes no later change of a value', async () => {
      const vault = await openVault()
      const value = { kept: 1, dropped: undefined, bytes: bytes.slice() }
      const writing = vault.write([message(['a', 1], value)])
      value.bytes[0] = 9
      await writing
      expect(await vault.get('messages', ['a', 1])).toEqual({ kept: 1, bytes })
      await vault.write([message(['a', 1], 'second')])
      expect(await vault.get('messages', ['a', 1])).toBe('second')
      await vault.write([{ shelf: 'messages', key: ['a', 1], value: undefined }])
      expect(await vault.get('messages', ['a', 1])).toBeUndefined()
      await vault.write([])
    })

    it('[K4] orders mixed keys: numbers by value before text, a key before its longer ones', async () => {
      const vault = await openVault()
      const ordered: VaultKey[] = [
        ['a', 2],
        ['a', 2, 1],
        ['a', 10],
        ['a', 'Z'],
        ['a', 'a'],
        ['b', 1],
      ]
      await vault.write(ordered.toReversed().map((key) => message(key)))
      expect(keysOf(await vault.list({ shelf: 'messages', prefix: [] }))).toEqual(ordered)
      expect(keysOf(await vault.list({ shelf: 'messages', prefix: ['a'] }))).toEqual(ordered.slice(0, 5))
      expect(keysOf(await vault.list({ shelf: 'messages', prefix: ['a', 2] }))).toEqual([
        ['a', 2],
        ['a', 2, 1],
      ])
      expect(keysOf(await vault.list({ shelf: 'messages', prefix: ['c'] }))).toEqual([])
    })

    it('[K4] lists between bounds, up and down, and no more than asked', async () => {
      const vault = await openVault()
      await vault.write([1, 2, 3, 4].map((at) => message(['a', at])))
      await vault.write([message(['a']), message(['a', 3, 0]), message(['b', 2])])
      const list = async (range: Omit<Parameters<Vault['list']>[0], 'shelf' | 'prefix'>) =>
        keysOf(await vault.list({ shelf: 'messages', prefix: ['a'], ...range }))
      expect(await list({ from: 2, to: 3 })).toEqual([
        ['a', 2],
        ['a', 3],
        ['a', 3, 0],
      ])
      expect(await list({ from: 4 })).toEqual([['a', 4]])
      expect(await list({ to: 1 })).toEqual([['a', 1]])
      expect(await list({ limit: 2 })).toEqual([['a'], ['a', 1]])
      expect(await list({ direction: 'down', limit: 2 })).toEqual([
        ['a', 4],
        ['a', 3, 0],
      ])
      expect(await list({ direction: 'down', to: 2 })).toEqual([
        ['a', 2],
        ['a', 1],
      ])
    })

    it('[K4] writes all or nothing, over several shelves', async () => {
      const vault = await openVault()
      await vault.write([message(['a', 1], 'before')])
      const impossible = () => 'no record can hold this'
      const changes: Change[] = [
        { shelf: 'outbox', key: ['a', 1], value: undefined },
        message(['a', 1], 'after'),
        { shelf: 'self', key: ['x'], value: impossible as unknown as VaultValue },
      ]
      await expect(vault.write(changes)).rejects.toThrow()
      expect(await vault.get('messages', ['a', 1])).toBe('before')
      await vault.write([message(['a', 1], 'after'), { shelf: 'self', key: ['x'], value: 1 }])
      expect([await vault.get('messages', ['a', 1]), await vault.get('self', ['x'])]).toEqual(['after', 1])
    })

    it('[K4] writes take effect in the order of the calls, large ones too', async () => {
      const vault = await openVault()
      const sizes = [200_000, 1, 50_000, 10]
      await Promise.all(sizes.map((size) => vault.write([message(['a', 1], new Uint8Array(size))])))
      expect(await vault.get('messages', ['a', 1])).toHaveLength(10)
    })

    it('[K11] a closed vault gives nothing and takes nothing', async () => {
      const vault = await openVault()
      await vault.write([message(['a', 1])])
      vault.close()
      await expect(vault.get('messages', ['a', 1])).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
      await expect(vault.list({ shelf: 'messages', prefix: [] })).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
      await expect(vault.write([message(['a', 2])])).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
    })

    it('[K11] the app lock: wrong and missing passphrases are refused, the right one opens, it can be taken away', async () => {
      const door = create()
      expect(await door.state()).toBe('new')
      expect(await door.setLock('too early')).toEqual({ ok: false, code: 'VAULT_LOCKED' })
      const vault = await openVault(door)
      await vault.write([message(['a', 1])])
      expect(await door.setLock('a long enough passphrase')).toEqual({ ok: true, value: true })
      expect(await door.state()).toBe('open')
      vault.close()
      expect(await door.state()).toBe('locked')
      expect(await door.open()).toEqual({ ok: false, code: 'VAULT_LOCKED' })
      const opened = await door.open('a long enough passphrase')
      expect(opened.ok && (await opened.value.get('messages', ['a', 1]))).toEqual(['a', 1])
      expect((await door.setLock(undefined)).ok).toBe(true)
      if (opened.ok) opened.value.close()
      expect(await door.state()).toBe('open')
      expect((await door.open()).ok).toBe(true)
    })

    it('[K11] the same open vault is given twice; after a wipe there is a new, empty one', async () => {
      const door = create()
      const vault = await openVault(door)
      expect(await openVault(door)).toBe(vault)
      await vault.write([message(['a', 1])])
      await door.setLock('a long enough passphrase')
      await door.destroy()
      await expect(vault.get('messages', ['a', 1])).rejects.toMatchObject({ code: 'VAULT_UNAVAILABLE' })
      expect(await door.state()).toBe('new')
      await door.destroy()
      const fresh = await openVault(door)
      expect(await fresh.list({ shelf: 'messages', prefix: [] })).toEqual([])
      await fresh.destroy()
      expect(await door.state()).toBe('new')
    })
  })
}
