import type { Policy } from './shape.ts'

export const policy: Policy = {
  privacyLead:
    'What this program keeps on the server, why, and for how long. It is written from the list of every column in its database, which a test compares with the real one. Whoever runs this installation is responsible for it; ask them when you want to know more.',
  stored: {
    account: {
      what: 'Your handle, your password as a hash (argon2id) or the public half of a passkey, that you said you are 18 or older, which guidelines you accepted and when; public keys of your devices, the name you gave each, and the day it was last there',
      why: 'To sign you in and to let your devices have private messages',
      howLong:
        'Devices until they sign out or are removed. The account until it is deleted, and nothing in the app deletes accounts yet',
    },
    sessions: {
      what: 'That a browser is signed in; the token itself as a keyed hash only',
      why: 'So that you need not sign in each time',
      howLong: 'Until you sign out, or 30 days after the last visit',
    },
    calls: {
      what: 'Who met whom, when, how long, in which mode, under which names, and with which boundaries. Nothing of what was said or shown',
      why: 'To reconnect, to keep you apart from people you skipped or blocked, and for reports',
      howLong: '30 days after the call began',
    },
    messages: {
      what: 'Messages on their way, as ciphertext that the server has no key to; their size and time',
      why: 'To deliver them to devices that are away',
      howLong: 'Until your device has them, 30 days at most',
    },
    files: {
      what: 'Photos, voice notes and files, encrypted on your device, without name or type',
      why: 'So that the other person can fetch them',
      howLong: '30 days, or until you delete them',
    },
    contacts: {
      what: 'Who is, was or asked to be in contact with whom, and who is in which conversation',
      why: 'To carry messages only between people who both said yes',
      howLong: 'Until either account is deleted, which is not possible yet. Groups go with their last member',
    },
    blocks: {
      what: 'Whom you blocked',
      why: 'So that you never meet again. The blocked person is not told',
      howLong: 'Until you lift the block',
    },
    reports: {
      what: 'What you reported, with the words, messages or pictures you chose, sealed under a key that is not in the database',
      why: 'So that moderators can read it and act',
      howLong: 'Not set yet: reports stay',
    },
    backup: {
      what: 'An encrypted backup, only if you turn it on. We do not know its passphrase',
      why: 'To get your messages back on a new device',
      howLong: '30 days after it was last renewed, or until you delete it',
    },
    push: {
      what: 'Where your browser can be woken, only if you turn notifications on. A push carries no content',
      why: 'To tell you that a message waits',
      howLong: 'Until you turn it off or sign out on that device',
    },
    'key-log': {
      what: 'A public log of hashes of device keys. It does not say whose they are',
      why: 'So that nobody, not even we, can hand out false keys unnoticed',
      howLong: 'For ever, by design',
    },
  },
  neverTitle: 'What is never kept',
  never: {
    identity: 'Your real name, e-mail address, telephone number, birthday or whereabouts. We do not ask for them.',
    address:
      'Your internet address and the kind of your browser. An address is used in hashed form for a short time, against floods, under a key that changes every day.',
    'call-content': 'Picture and sound of calls, in whole or in part, unless you yourself report pictures of one.',
    'message-content': 'What you write, in a form that the server could read, unless you yourself report a message.',
    findings:
      'What your device notices for you: red flags, likely nudity, what the room check saw. It stays on your device.',
    trackers:
      'Nothing is loaded from third parties, nothing is counted about you, nothing is sold, and there is no advertising.',
  },
  onDevice: {
    title: 'On your device',
    text: 'Messages, contacts, settings and kept evidence (30 days) lie on your device, the private ones encrypted. Signing out removes messages, contacts and evidence. The language and the country you choose in this safety centre are remembered there, too, and sent to nobody.',
  },
  readers: {
    title: 'Who can see it',
    text: 'You see yours. The people you talk to see your handle or the name of the call, and what you send them. Moderators see reports. Whoever runs the server can read the database, which is why so little is in it. The relay that carries calls sees the network addresses of both while the call lasts; it keeps none.',
  },
  limits: {
    title: 'What we have not finished',
    text: 'There is no button yet that deletes an account with everything in it, and no time after which reports go. Deleting does not reach copies of the database that were made before; operators are told to destroy those after 30 days.',
  },
  encryptionLead:
    'Calls and messages are encrypted between your device and that of the other person. That is strong, and it is not everything.',
  hidden: {
    talk: 'What you say and show in a call. The server and the relay only pass on what they cannot open.',
    writing: 'What you write, and reactions and edits to it.',
    files: 'Photos, voice notes and files, with their names.',
    'partner-address': 'Your network address from the other person: both of you only see our relay.',
  },
  open: {
    'who-and-when': 'The server knows which accounts met, when and for how long, and when how much was written.',
    'other-person': 'The other person can film the screen with a second phone. No technology can prevent that.',
    'what-you-show': 'A letter on the wall, a voice, a face: what you show can be recognised.',
    report: 'What somebody reports is shown to our moderators: the messages or pictures they chose, and nothing else.',
    device:
      'Whoever holds your unlocked device, or has put spying software on it, sees what you see. The app lock helps against the first.',
    page: 'The page itself comes from our server. If somebody broke into it, they could change the page.',
  },
}
