import { describe, expect, it } from 'vitest'
import { deliveredPack } from '../tests/small-pack.ts'
import { checkBio, checkHandle, createEngine } from './index.ts'

const packs = [deliveredPack('en')]
const engine = createEngine(packs)

describe('handles', () => {
  it.each([
    ['anna_fischer', 'real_name'],
    ['annafischer', 'real_name'],
    ['Anna.Smith', 'real_name'],
    ['anna', 'real_name'],
    ['sunny1994', 'birth_year'],
    ['anna94', 'birth_year'],
    ['girl_from_chicago', 'place_name'],
    ['call5552018834', 'contact_in_profile'],
    ['keanureeves', 'poses_as_celebrity'],
    ['the_real_E1on_Musk', 'poses_as_celebrity'],
    ['visavis_support', 'poses_as_staff'],
    ['0fficial.admin', 'poses_as_staff'],
    ['verified_rosie', 'claims_verification'],
  ])('[A2, S9, SF22] %s: %s', (handle, reason) => {
    const hints = checkHandle(packs, handle)
    expect(hints.map(({ reasonId }) => reasonId)).toContain(reason)
    for (const { span } of hints) expect(handle.slice(span.start, span.end).length).toBeGreaterThan(0)
  })

  it.each([
    'quiet_otter',
    'blue-teapot',
    'NorthernLight',
    'moss42',
    'paperplane',
    'sleepy_badger_7',
    'administrivia_fan',
  ])('[A2, SF22] %s gives nothing away', (handle) => {
    expect(checkHandle(packs, handle)).toEqual([])
  })
})

describe('profiles', () => {
  it.each([
    ['I like hiking. Telegram: @mike_t', 'contact_in_profile'],
    ['write me, anna@example.com', 'own_email'],
    ["hi, I'm Keanu Reeves", 'poses_as_celebrity'],
    ['I work for Visavis', 'poses_as_staff'],
  ])('[S9, SF22] "%s": %s', (bio, reason) => {
    expect(checkBio(engine, packs, bio).map(({ reasonId }) => reasonId)).toContain(reason)
  })

  it.each([
    'I love Keanu Reeves movies and long walks',
    'two cats, one guitar, no plan',
    'here to practise my spanish',
  ])('[S9, SF22] "%s" is fine', (bio) => {
    expect(checkBio(engine, packs, bio)).toEqual([])
  })
})
