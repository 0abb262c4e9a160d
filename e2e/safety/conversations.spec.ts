import { expect, test } from '@playwright/test'
import { haveAccount } from '../support/account.ts'
import { makeContacts, message } from '../support/chats.ts'
import { forgetChat, playChat } from '../support/noticed.ts'
import { createPerson, type Person } from '../support/person.ts'
import { LOOKS } from '../support/pictures.ts'
import { createTestServer, type TestServer } from '../support/server.ts'

/**
 * Whole conversations of two people in two browsers: four frauds, each told of at the line where it shows, and five ordinary
 * ones, under which nothing stands on either side. Between two of them the reader deletes what was written, so that each
 * begins with nothing known.
 */
test.describe.configure({ mode: 'serial', timeout: 120_000 })

/** All lines of a conversation are drawn, so that those without a word under them can be seen, too. */
const TALL = { width: 900, height: 3_600 }

let server: TestServer
let red: Person
let green: Person

test.beforeAll(async () => {
  server = await createTestServer()
  await server.start()
  const origin = `http://localhost:${server.port}`
  ;[red, green] = await Promise.all([
    createPerson({ origin, look: LOOKS.red, viewport: TALL }),
    createPerson({ origin, look: LOOKS.green, viewport: TALL }),
  ])
  await Promise.all([red, green].map(haveAccount))
  await makeContacts(red, green)
})

test.afterAll(async () => {
  await Promise.all([red, green].map((person) => person?.close()))
  await server?.remove()
})

test.beforeEach(async () => {
  await Promise.all([forgetChat(red, green.handle), forgetChat(green, red.handle)])
})

const ORDINARY = {
  music: `
    < hey there
    > hi! where are you from?
    < portugal, a small town near the coast. you?
    > germany, far away from any coast
    < what kind of music do you like?
    > mostly old rock, and a bit of jazz
    < i play the bass in a band
    > nice! do you have concerts?
    < we played at a wedding last month, 200 people, i was so nervous
    > i would faint
    < it was fun in the end
    > what is your band called?
    < the broken toasters
    > i love that name`,
  bread: `
    < what did you have for dinner?
    > lentil soup, with far too much pepper
    < i made bread today, it came out like a stone
    > ha, mine too last week. how long did you bake it?
    < forty minutes, maybe the oven was too hot
    > try a pot with a lid, that helped me a lot
    < good idea, i will try it on saturday
    > do you bake often?
    < every other week, my sister taught me
    > my grandmother never wrote down a recipe
    < same here, it was always a handful of this and that
    > those were the best cakes though`,
  garden: `
    < good morning! is it raining where you are?
    > all week. the tomatoes hate it
    < mine are still green, i keep hoping
    > put a ripe banana beside them, it really works
    < really? i have to try that
    > i read it in an old book about gardens
    < do you read a lot?
    > mostly on the train in the morning
    < what are you reading now?
    > a story about a lighthouse keeper, very slow and very nice
    < sounds like what i need after this week
    > was it that bad?
    < just long, nothing terrible
    > then rest well on sunday`,
  football: `
    < did you see the match yesterday?
    > only the second half, what a goal!
    < i nearly woke up my neighbours
    > we watched it at my brother's place, eight of us on one sofa
    < which team are you for?
    > the small one that always loses
    < respect. i stopped watching mine in 2019
    > do you play yourself?
    < on thursdays, badly
    > i used to run, but my knee says no
    < swimming is good for that
    > yes, i go twice a week now`,
  work: `
    < how was your day?
    > long. we moved to a new office and nothing works
    < oh no, also no coffee?
    > the coffee machine is the only thing that works
    < priorities!
    > and you? still in the bakery?
    < yes, up at three every morning, but i am done at noon
    > i could never get up that early
    < you get used to it, and the streets are so quiet
    > do you go to bed at eight then?
    < nine, if the football is good
    > i will think of you when my alarm rings at seven
    < that is the middle of my day
    > sleep well then, talk tomorrow?`,
}

for (const [name, script] of Object.entries(ORDINARY)) {
  test(`[S12] [S13] an ordinary chat about ${name}: silence on both sides`, async () => {
    await playChat({ them: red, me: green }, script)
  })
}

test('[S3] [S4] [S5] [S8] [S2] a romance scam is told of step by step', async () => {
  await playChat(
    { them: red, me: green },
    `
    < hello there, how are you today?
    > good, thank you. and you?
    < i'm great now that i see your messages. i am 45 years old and i work as an engineer on an oil rig
    > that sounds hard
    < i know we just met but i'm falling in love with you | very strong feelings, very early
    > that is quick
    > shall we do a video call tomorrow?
    < my camera is broken, sorry
    > oh, what a pity
    > and on sunday?
    < i can't turn on my camera, the internet on the rig is too slow | Once more there is a reason why the camera stays off
    < i am 52 years old and never felt so young | Earlier they said something else about their age
    < my son had an accident, he is in the hospital and they won't operate until we pay | a request for money
    > that is terrible
    < please buy me gift cards | a request for gift cards
    < let's move to whatsapp, it is easier there | a suggestion to use another messenger`,
  )
})

test('[S6] [S7] a sextortion: pressure is told of, and the threat comes with what to do', async () => {
  await playChat(
    { them: red, me: green },
    `
    < hey you
    > hi
    < what are you up to?
    > just sitting on the couch
    < send me a nude picture of you | a request for intimate pictures
    > no
    < come on, don't be such a prude | pressure to go along
    > stop
    < i recorded you. i will send the video to all your friends | a threat to show something about you to others
    < pay 500 in bitcoin or i post it everywhere | a threat to show something about you to others`,
  )
  const card = green.page.getByRole('region', { name: /blackmail. You are not to blame/ })
  await expect(card).toHaveCount(1)
  for (const words of [/Do not pay/, /Do not delete these messages/, /Report it/])
    await expect(card.getByRole('listitem').filter({ hasText: words })).toBeVisible()
  await expect(card.getByRole('link', { name: 'Find help near you' })).toHaveAttribute('href', '/safety/help')
  await expect(card.getByRole('button', { name: `Block ${red.handle}` })).toBeVisible()
  await expect(message(green, 'i recorded you').getByText('i recorded you', { exact: false }).first()).toBeVisible()
})

test('[S1] a phishing for codes and passwords', async () => {
  await playChat(
    { them: red, me: green },
    `
    < hello, this is the security team
    > ok?
    < your account will be deleted within 24 hours unless you confirm | pressure to hurry
    > how do i do that?
    < you just got a code by sms, please send me the code | a request for a code that was sent to you
    > i would rather not
    < what is your password? we need it to check | a request for a password`,
  )
})

test('[S2] [S3] a recruiter who wants to go elsewhere', async () => {
  await playChat(
    { them: red, me: green },
    `
    < hello, are you interested in a part time job?
    > what kind of job
    < you like videos and get paid, very easy
    > hm
    < please contact our manager on telegram | a suggestion to use another messenger
    > why not here?
    < you can earn 300 dollars a day, guaranteed | an investment tip`,
  )
})
