import type { Log } from '@visavis/ports'
import type { AccountId, DeviceId, ServerFrameBody } from '@visavis/wire'
import { ACCOUNTS_TOLD_MAX, type News } from './bus/index.ts'
import type { Calls } from './calls/index.ts'
import type { Conversations } from './conversations/index.ts'
import { createTellChanged, type TellChanged } from './devices/index.ts'
import type { Gateway } from './gateway/index.ts'
import type { Matching } from './matching/index.ts'

type Body = {
  readonly made: ServerFrameBody<'contact.made'>
  readonly delivered: ServerFrameBody<'conversation.delivered'>
  readonly typing: ServerFrameBody<'conversation.typing'>
}

/**
 * Ways to devices, wherever they are connected: what is told goes to the devices that are here at once, and to the others
 * through their nodes, in one word that every node hears. A lost word costs what a lost connection does (WD1).
 */
export type Reach = {
  readonly tellChanged: TellChanged
  readonly tellMade: (side: { readonly accountId: AccountId; readonly deviceId: DeviceId }, body: Body['made']) => void
  readonly tellDelivered: (devices: readonly DeviceId[], body: Body['delivered']) => void
  readonly tellTyping: (devices: readonly DeviceId[], body: Body['typing']) => void
  /** Begins to pass on what other nodes tell; returns what ends that. */
  readonly start: () => () => void
}

export function createReach(deps: {
  readonly gateway: Pick<Gateway, 'deliver' | 'deliverOnce' | 'devicesOf'>
  readonly news: News
  readonly log: Log
  readonly handlesOf: (accounts: readonly AccountId[]) => Promise<ReadonlyMap<AccountId, string>>
}): Reach {
  const { gateway, news, log } = deps
  const changedHere = createTellChanged(gateway)
  const deliveredHere: Reach['tellDelivered'] = (devices, body) => {
    for (const device of devices) gateway.deliver(device, 'conversation.delivered', body)
  }
  const typingHere: Reach['tellTyping'] = (devices, body) => {
    for (const device of devices) gateway.deliverOnce(device, 'conversation.typing', body)
  }

  async function madeElsewhere(device: DeviceId, body: Omit<Body['made'], 'handle'>): Promise<void> {
    // Names do not travel between nodes; each knows where to look them up.
    const handle = (await deps.handlesOf([body.accountId])).get(body.accountId) ?? ''
    gateway.deliver(device, 'contact.made', { ...body, handle })
  }

  return {
    tellChanged(accounts, ...lists) {
      changedHere(accounts, ...lists)
      const all = [...new Set(accounts)]
      for (let at = 0; at < all.length; at += ACCOUNTS_TOLD_MAX)
        news.tell('accounts.changed', { accounts: all.slice(at, at + ACCOUNTS_TOLD_MAX), lists: [...lists] })
    },
    tellMade({ accountId: account, deviceId: device }, body) {
      gateway.deliver(device, 'contact.made', body)
      const { callId, accountId: other, conversationId } = body
      news.tell('contact.made', { account, device, callId, other, conversationId })
    },
    tellDelivered(devices, body) {
      deliveredHere(devices, body)
      if (devices.length > 0) news.tell('conversation.delivered', { ...body, to: [...devices] })
    },
    tellTyping(devices, body) {
      typingHere(devices, body)
      if (devices.length > 0) news.tell('conversation.typing', { ...body, to: [...devices] })
    },
    start() {
      const ends = [
        news.on('accounts.changed', ({ accounts, lists }) => changedHere(accounts, ...lists)),
        news.on('conversation.delivered', ({ to, ...body }) => deliveredHere(to, body)),
        news.on('conversation.typing', ({ to, ...body }) => typingHere(to, body)),
        news.on('contact.made', ({ account, device, callId, other, conversationId }) => {
          if (!gateway.devicesOf(account).includes(device)) return
          madeElsewhere(device, { callId, accountId: other, conversationId }).catch((error: unknown) =>
            log.warn('people.not-told', { err: error }),
          )
        }),
      ]
      return () => ends.forEach((end) => end())
    },
  }
}

/** What has to happen on every node: done here at once, and told to the others, who do the same. All of it may be repeated. */
export function createNode(
  parts: {
    readonly gateway: Pick<Gateway, 'kickDevice'>
    readonly calls: Pick<Calls, 'closeBetween'>
    readonly matching: Pick<Matching, 'block'>
    readonly conversations: Pick<Conversations, 'parted' | 'outdated'>
  },
  news: News,
) {
  const { gateway, calls, conversations, matching } = parts
  function partHere(one: AccountId, other: AccountId): void {
    matching.block(one, other)
    calls.closeBetween(one, other)
    conversations.parted(one, other)
  }
  const endHere = gateway.kickDevice
  const ends = [
    news.on('accounts.parted', ({ one, other }) => partHere(one, other)),
    news.on('session.ended', ({ device, code }) => endHere(device, code)),
    news.on('conversation.changed', ({ conversationId }) => conversations.outdated(conversationId)),
  ]
  return {
    part(one: AccountId, other: AccountId): void {
      partHere(one, other)
      news.tell('accounts.parted', { one, other })
    },
    endDevice(device: DeviceId, code: 'AUTH_REQUIRED' | 'AUTH_EXPIRED'): void {
      endHere(device, code)
      news.tell('session.ended', { device, code })
    },
    stop(): void {
      for (const end of ends) end()
    },
  }
}
