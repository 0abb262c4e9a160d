import type { Flag, FlagId } from './shape.ts'

export const flags: Readonly<Record<FlagId, Flag>> = {
  'asking-for-data': {
    title: 'They ask for your data',
    what: 'Your address, workplace, number, documents, bank details or a code that came to your phone: each alone looks harmless, together they are you.',
    said: [
      'Which school did you go to, and what is your mother’s name?',
      'I sent you a code by mistake, can you read it to me?',
      'Just a photo of your ID, so that I know you are real.',
    ],
    answer: '“I don’t give that out online.” You need no reason, and a friend accepts it.',
    next: 'Change the subject. If they ask again, leave.',
  },
  leaving: {
    title: 'They want to leave here at once',
    what: 'Elsewhere there is no report button, no evidence and no block that counts. That is why people with bad plans are in a hurry to go there.',
    said: [
      'I’m hardly ever here, write to me on the other app.',
      'My account is about to be deleted, what’s your number?',
      'Click here, we can see each other better there.',
    ],
    answer: '“I’d like to stay here until we know each other better.”',
    next: 'Open no links from strangers. Stay until you have met often, and compared a few things that can be checked.',
  },
  money: {
    title: 'It is about money',
    what: 'A loan, gift cards, a ticket to visit you, customs, crypto, an investment. However it is called, at the end you pay.',
    said: [
      'I’m stuck at the airport, I’ll pay you back on Monday.',
      'Could you get me two gift cards and send me the numbers?',
      'My uncle showed me a sure way, I can teach you.',
    ],
    answer: '“I don’t send money to people I haven’t met.” Then say no more about it.',
    next: 'Report it. Have you paid already? Call your bank now: sometimes it can still be stopped.',
  },
  urgency: {
    title: 'Everything must be now',
    what: 'An accident, an arrest, a deadline in one hour. Hurry is made so that you do not think and ask nobody.',
    said: [
      'There is no time to explain, please, now!',
      'If you don’t help me tonight, I lose everything.',
      'Don’t hang up, and don’t tell anybody.',
    ],
    answer: '“I’ll sleep on it and talk to somebody first.” A real emergency has an emergency number.',
    next: 'Put the phone away for an hour. Ask a friend what they think.',
  },
  'love-bombing': {
    title: 'Great love after two days',
    what: 'Compliments without end, a future together, jealousy, and you alone understand them. It feels wonderful, and it makes it hard to say no later.',
    said: [
      'I’ve never felt like this, you are my soulmate.',
      'When we are married, you won’t have to work.',
      'Who did you talk to? I thought we were special.',
    ],
    answer: '“That is too fast for me.” Watch what happens: affection slows down, a trick gets angry.',
    next: 'Keep seeing your own people. Ask for something real: a call with picture, at a time that you choose.',
  },
  'intimate-requests': {
    title: 'They push for intimate things',
    what: 'Pictures, undressing, talk about sex when you have not said that you want it. What somebody has once seen can be kept and used.',
    said: [
      'I showed you mine, now it’s your turn.',
      'Nobody will ever see it, I promise.',
      'Come on, don’t be so shy, just for a second.',
    ],
    answer: '“No.” It is a whole sentence, also when you said yes before.',
    next: 'Leave and report. If pictures of you are out already, read “Sextortion” below.',
  },
  coercion: {
    title: 'They make you feel guilty',
    what: 'You are said to owe them something: because they were kind, because they are sad, because they would hurt themselves. Pressure is not closeness.',
    said: [
      'After all I’ve done for you, you leave me alone.',
      'If you loved me, you would do it.',
      'If you go now, something will happen to me, and it’s your fault.',
    ],
    answer: '“I’m sorry that you feel bad. I still don’t want it.”',
    next: 'If you fear that somebody will hurt themselves, tell them a crisis line or the emergency number, and report it. You are not the one who has to save them.',
  },
  threats: {
    title: 'They threaten or blackmail you',
    what: 'With pictures, with violence, with telling your family or the authorities. Whoever threatens has left the ground of everything that can be talked about.',
    said: [
      'I have recorded everything, pay or I send it to your friends.',
      'I know where you live.',
      'I’ll tell immigration about you.',
    ],
    answer: 'Nothing. No answer, no payment, no begging.',
    next: 'Keep the evidence, report, block, and call the police or a help line. If you are in danger now, call the emergency number.',
  },
  'own-data': {
    title: 'You are about to give something away',
    what: 'In a good talk a number or an address is written quickly. The app asks once before you send it, and shows what it would reveal.',
    said: [
      'You can reach me on 0170 …',
      'I work at the bakery by the station, come round!',
      'My name is everywhere the same, just search for it.',
    ],
    answer: 'You can mask it, leave it out, or send it: it is your decision.',
    next: 'Ask yourself: would I say this to somebody next to me on the train?',
  },
  contradictions: {
    title: 'The stories do not fit',
    what: 'First 34, then 41. Lives in Lyon, then has never been to France. A camera that is broken in another way each time.',
    said: [
      'My camera is broken. – My camera is at the repair shop. – My sister has my phone.',
      'I’m an only child. – My brother is getting married.',
      'I’m a nurse. – I’ve just come from the building site.',
    ],
    answer: '“Last time you told me something else. Which is it?”',
    next: 'Everybody misremembers. What counts is whether they explain it, or get angry that you ask.',
  },
  impersonation: {
    title: 'They say they are somebody important',
    what: 'A famous person, a doctor, the police, or our team. We never ask for your password, a code or money, in no call and no message.',
    said: [
      'This is Visavis support, your account will be closed in an hour.',
      'I’m the real one, this is my private account.',
      'Police: you have to pay a fine for what you looked at.',
    ],
    answer: '“I’ll call your office myself.” Then use a number that you looked up yourself.',
    next: 'Report it. A blue tick in a name is only a picture in a name.',
  },
}
