import type { Advice } from './shape.ts'

export const advice: Advice = {
  notEmergency: {
    title: 'Visavis is not an emergency service',
    text: 'We cannot send anybody to you, and nobody watches calls. If somebody is in danger, call your local emergency number now.',
  },
  tips: {
    leave: {
      title: 'Leave whenever something feels off',
      text: 'Next, or Esc twice. You owe nobody a reason, and nobody is told why.',
    },
    slow: {
      title: 'Take your time',
      text: 'Whoever means well can wait until tomorrow. Hurry is the tool of people who do not.',
    },
    background: {
      title: 'Look at what is behind you',
      text: 'Letters, uniforms and the view from the window say where you live. A background hides the room.',
    },
    personal: {
      title: 'Keep your traces to yourself',
      text: 'Your full name, address, workplace, number and other accounts are yours until you really know somebody.',
    },
    money: {
      title: 'Never send money',
      text: 'No transfer, no gift card, no crypto, no “loan”, whatever the story. It is the most common trick of all.',
    },
    'look-up': {
      title: 'Check what can be checked',
      text: 'Ask for a small thing on camera: a wave, a word, today’s date on paper. Excuses every time are an answer, too.',
    },
    'tell-somebody': {
      title: 'Tell somebody you trust',
      text: 'Before a first meeting in person: where, with whom, until when. Meet in a public place and go home by your own means.',
    },
    report: {
      title: 'Report and block',
      text: 'Also when you have left already. It takes one click and protects the next person.',
    },
  },
  guidelines: {
    adults: {
      title: 'Adults only',
      text: 'Never bring anybody under 18 in front of the camera, and leave if you think the other person is.',
    },
    consent: {
      title: 'Ask first, stop at no',
      text: 'Both see each other’s boundaries at the start. Nudity and intimate talk only where both said they want it.',
    },
    recording: { title: 'Do not record', text: 'No screenshots, no filming, no sharing of what you saw or heard.' },
    hate: {
      title: 'No hate, no threats',
      text: 'Nobody is insulted or frightened for who they are, what they believe or where they come from.',
    },
    honesty: {
      title: 'No selling, no begging, no lies',
      text: 'No money requests, no investment tips, no pretending to be someone else.',
    },
  },
  afterReport: {
    title: 'What happens after a report',
    text: 'A person on our team looks at it within 24 hours. The other person is never told who reported them. You keep a receipt in your settings.',
  },
  patterns: {
    'romance-scam': {
      title: 'The romance scam',
      story:
        'Somebody charming writes every day, speaks of love early, and can never meet or show their face: they are a soldier, an engineer on an oil rig, a doctor abroad. After weeks there is an emergency, and only you can help. There will be another one after it.',
      steps: [
        'Send nothing more, however the story goes on. Money that is gone does not come back by paying again.',
        'Search for the pictures and the name together with the word “scam”.',
        'Talk to somebody who does not know this person. It has happened to clever people; it is nothing to be ashamed of.',
        'If money has gone, call your bank at once, keep the messages, and report it to the police.',
      ],
    },
    sextortion: {
      title: 'Sextortion: blackmail with intimate pictures',
      story:
        'A flirt becomes intimate quickly, you are asked to undress on camera, and minutes later comes the threat: pay, or everybody you know gets the recording. Often the other picture was a recording, too. It is a business that frightens many people at once. You are not to blame.',
      steps: [
        'Do not pay. Who pays is asked again. Most who do not pay are left alone after some days.',
        'Stop answering, but delete nothing: keep messages, names, account numbers. Here you can keep the evidence of the call.',
        'Report and block them, here and wherever else they wrote to you. Make your lists of friends private.',
        'StopNCII.org makes a fingerprint of a picture on your own device, so that big platforms can refuse it. The picture itself stays with you.',
        'Tell somebody today. If you are thinking of hurting yourself, call a crisis line now: this passes, and people can help.',
      ],
    },
    'code-theft': {
      title: 'The code that you should pass on',
      story:
        'Somebody says they sent you a code by mistake, or that they need it to check that you are real. The code opens your account, your messenger or your bank. With it they write to your friends as you.',
      steps: [
        'Never tell anybody a code that came to your phone, not even somebody from “support”.',
        'If you did: sign in, change the password, end all other sessions, turn on a second factor.',
        'Warn your friends that messages in your name may not be from you.',
      ],
    },
    'investment-trick': {
      title: 'The investment that always wins',
      story:
        'It is not even their idea to ask for money: they only show you, kindly, how they earn with crypto or gold. On a site that looks real your first sums grow and even come back. Then the large ones are locked behind “taxes” and “fees”.',
      steps: [
        'Invest nothing that somebody from the internet recommends, also not a small sum to try.',
        'Pay no fee to get your money out. That is the second half of the trick.',
        'Offers to get your lost money back for a fee are mostly the same people.',
        'Tell your bank and the police; keep addresses of the site and of the wallets.',
      ],
    },
    'job-offer': {
      title: 'The easy job and the modelling contract',
      story:
        'Easy work, good money, and it begins outside of here, right now: a photo shoot, parcels to pass on, an account to lend. It ends with pictures in wrong hands, or with you as the one the police visits.',
      steps: [
        'Go on with nobody who offers work to a stranger in a call.',
        'Never pass on parcels or money for others: it can be a crime, and you are the one who is found.',
        'Send no copy of your identity card. If you did, ask the police and your bank what to do.',
      ],
    },
  },
}
