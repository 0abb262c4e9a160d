import { expect, type Page } from '@playwright/test'
import type { Person } from './person.ts'

/**
 * An authenticator of one tab, as the browser's own test interface makes it (CDP WebAuthn): it keeps its passkeys while
 * the tab is open, whatever becomes of what the site has stored. It agrees to everything unless told otherwise.
 */
export type Authenticator = {
  /** From now on every ceremony ends as if the person had cancelled it; there is no way back. */
  turnAway(): Promise<void>
  passkeys(): Promise<readonly Passkey[]>
  /** A copy of somebody's passkey as thieves of its key would have it: it signs, and has not what computes secrets. */
  add(passkey: Passkey): Promise<void>
}
type Passkey = {
  readonly credentialId: string
  readonly isResidentCredential: boolean
  readonly privateKey: string
  readonly signCount: number
}

export async function addAuthenticator(page: Page): Promise<Authenticator> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      hasPrf: true,
    },
  })
  return {
    async turnAway() {
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    },
    async passkeys() {
      return (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials
    },
    async add(credential) {
      await cdp.send('WebAuthn.addCredential', { authenticatorId, credential })
    },
  }
}

/** As `signUp`, with a passkey and no password. The tab has an authenticator. */
export async function signUpWithPasskey(person: Person): Promise<void> {
  const { page } = person
  await page.goto('/join')
  await page.getByRole('button', { name: 'Yes, I am 18 or older' }).click()
  await page.getByRole('button', { name: 'I agree to these guidelines' }).click()
  const handle = page.getByLabel('Handle', { exact: true })
  await expect(handle).toHaveValue(/^[a-z0-9]/)
  person.handle = await handle.inputValue()
  await expect(page.getByRole('radio', { name: 'Passkey' })).toBeChecked()
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page).toHaveURL(/\/lobby$/, { timeout: 60_000 })
}

export async function signInWithPasskey({ page }: Pick<Person, 'page'>): Promise<void> {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await expect(page).toHaveURL(/\/lobby$/, { timeout: 30_000 })
}

/**
 * The tab of somebody who got a new device: nothing the site has stored is left, neither session nor keys, and the account
 * was told nothing. What passkeys are kept in is not of the site, and comes along.
 */
export async function becomeNewDevice(page: Page): Promise<void> {
  const { origin } = new URL(page.url())
  await page.goto('about:blank')
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' })
  await page.context().clearCookies()
}
