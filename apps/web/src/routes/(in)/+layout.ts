import { redirect } from '@sveltejs/kit'
import { app } from '#lib/app/app.ts'

/** Everything in this group is for people who are signed in. Without an answer of the server the screen itself says so. */
export async function load(): Promise<void> {
  if (app.session.get().kind !== 'in') await app.session.load()
  const session = app.session.get()
  if (session.kind === 'out') redirect(303, session.expired ? '/sign-in?expired' : '/sign-in')
}
