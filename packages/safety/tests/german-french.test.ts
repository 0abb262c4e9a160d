import { describe, expect, it } from 'vitest'
import { checkBio, checkHandle, createEngine, FRESH_STATE, type State } from '../src/index.ts'
import { deliveredPack } from './small-pack.ts'

/** The German and the French pack as they are delivered: of each flag attacks, hidden ones and harmless talk that looks alike. */
const packs = { de: deliveredPack('de'), fr: deliveredPack('fr') }
const engines = { de: createEngine([packs.de]), fr: createEngine([packs.fr]) }
type Language = keyof typeof packs

const told = (language: Language, text: string, direction: 'in' | 'out' = 'in'): readonly string[] =>
  engines[language].check({ text, direction }).findings.map(({ flag }) => flag)

describe('attacks in German and French', () => {
  it.each([
    ['de', 'pii_request', 'Gib mir mal deine Handynummer'],
    ['de', 'pii_request', 'Kannst du mir deine Adresse durchgeben?'],
    ['de', 'pii_request', 'Könnten Sie mir bitte Ihre Kontonummer mitteilen?'],
    ['de', 'leave_platform', 'Lass uns lieber auf WhatsApp weiterschreiben'],
    ['de', 'leave_platform', 'Adde mich auf Insta, ich bin hier nur selten'],
    ['de', 'money', 'Kannst du mir 200 Euro leihen? Ich zahle es dir nächste Woche zurück'],
    ['de', 'money', 'Kauf bitte zwei Steamkarten und schick mir ein Foto vom Code'],
    ['de', 'urgency', 'Beeil dich, schick es mir sofort, jede Sekunde zählt'],
    ['de', 'love_bombing', 'Ich liebe dich, du bist meine Seelenverwandte'],
    ['de', 'intimate_request', 'Schick mir ein Nacktbild von dir'],
    ['de', 'intimate_request', 'Zieh dein Shirt aus'],
    ['de', 'coercion', 'Wenn du mich wirklich lieben würdest, würdest du es tun'],
    ['de', 'threat', 'Ich bringe dich um'],
    ['de', 'threat', 'Ich weiß, wo du wohnst'],
    ['fr', 'pii_request', 'Donne-moi ton numéro de téléphone'],
    ['fr', 'pii_request', "c'est quoi ton adresse exacte ?"],
    ['fr', 'pii_request', 'file moi ton 06 stp'],
    ['fr', 'leave_platform', 'Viens, on continue sur WhatsApp'],
    ['fr', 'leave_platform', "t'as snap ?"],
    ['fr', 'money', 'Tu peux me prêter 200 euros ? Je te rembourse vendredi'],
    ['fr', 'money', 'Achète deux coupons PCS au tabac et envoie-moi les codes'],
    ['fr', 'urgency', "Dépêche-toi, envoie-le tout de suite, c'est une question de vie ou de mort"],
    ['fr', 'love_bombing', 'Je suis fou amoureux de toi, tu es la femme de ma vie'],
    ['fr', 'intimate_request', 'Envoie-moi une photo de toi nue'],
    ['fr', 'intimate_request', 'montre tes seins'],
    ['fr', 'coercion', "Si tu m'aimais vraiment, tu le ferais"],
    ['fr', 'threat', 'Je vais te tuer'],
    ['fr', 'threat', 'Paie ou je publie la vidéo sur facebook'],
  ] as const)('[S1, S2, S3, S4, S5, S6, S7, SF13] %s %s: %s', (language, flag, text) => {
    expect(told(language, text)).toContain(flag)
  })

  it.each([
    ['de', 'pii_request', 'gib mir deine h4ndynumm3r'],
    ['de', 'leave_platform', 'schreib mir auf wh4ts4pp'],
    ['de', 'leave_platform', 'null eins sieben sechs vier vier drei zwei eins eins neun'],
    ['de', 'intimate_request', 'schick mir n u d e s'],
    ['de', 'money', 'schick mir ein foto von der p.a.y.s.a.f.e.c.a.r.d'],
    ['fr', 'pii_request', 'donne moi ton num3r0'],
    ['fr', 'leave_platform', 'ajoute moi sur sn4p'],
    ['fr', 'leave_platform', 'zéro six quarante-deux dix-huit trente et un zéro neuf'],
    ['fr', 'intimate_request', 'envoie moi tes n u d e s'],
    ['fr', 'money', 'achète moi une c4rte c4de4u'],
  ] as const)('[S11, SF4, SF5, SF6, SF7] %s %s hidden: %s', (language, flag, text) => {
    expect(told(language, text)).toContain(flag)
  })

  it.each([
    ['de', 'money', 'Überweise mir 300 Euro'],
    ['de', 'money', 'Ueberweise mir 300 Euro'],
    ['fr', 'leave_platform', "T'as snap ?"],
    ['fr', 'leave_platform', 'tas snap ?'],
  ] as const)('[SF3] %s %s however umlauts and elisions are written: %s', (language, flag, text) => {
    expect(told(language, text)).toContain(flag)
  })
})

describe('ordinary talk in German and French', () => {
  it.each([
    ['de', 'Hallo, wie war dein Tag?'],
    ['de', 'Ich brauche dringend Urlaub'],
    ['de', 'Mein Bruder bringt mich um, ich hab sein Eis gegessen 😂'],
    ['de', 'Ich liebe diesen Song'],
    ['de', 'Zieh die Jacke an, es ist kalt'],
    ['de', 'Gib niemals deine Adresse an Fremde weiter'],
    ['de', 'Die Miete ist schon wieder gestiegen'],
    ['de', 'Meine Oma schickt mir jeden Morgen ein Bild auf WhatsApp'],
    ['fr', "Bonsoir, comment s'est passée ta journée ?"],
    ['fr', "J'adore cette chanson"],
    ['fr', 'Ces moustiques vont me tuer'],
    ['fr', 'Ne donne jamais ton adresse à un inconnu'],
    ['fr', 'Le loyer a encore augmenté'],
    ['fr', "J'ai supprimé instagram, je vis mieux"],
    ['fr', 'Couvre-toi bien, il fait froid'],
    ['fr', 'Tu me donnes la recette ?'],
  ] as const)('[S12, S13] %s nothing is told: %s', (language, text) => {
    expect(told(language, text)).toEqual([])
    expect(told(language, text, 'out')).toEqual([])
  })
})

describe('own data in German and French', () => {
  it.each([
    ['de', 'Meine Nummer ist 0176 44321190'],
    ['de', 'Ich wohne in der Lindenstraße 12'],
    ['de', 'Mein Passwort ist Sommer2019'],
    ['de', 'DE89 3704 0044 0532 0130 00'],
    ['fr', 'Mon numéro : 06 42 18 31 09'],
    ['fr', "J'habite au 14 rue de la République"],
    ['fr', "Mon mot de passe c'est Soleil2019"],
    ['fr', 'FR14 2004 1010 0505 0001 3M02 606'],
  ] as const)('[S10, SF13] %s: %s', (language, text) => {
    expect(told(language, text, 'out')).toContain('own_pii')
  })
})

describe('contradictions in German and French', () => {
  it.each([
    ['de', 'Ich bin 34 Jahre alt', 'ich bin 41 jahre alt', 'claims/age'],
    ['de', 'Ich wohne in München', 'ich wohne in Hamburg', 'claims/home'],
    ['de', 'ich hab keine Kinder', 'mein Sohn ist heute krank', 'claims/children'],
    ['de', 'ich bin single', 'meine frau ist grad einkaufen', 'claims/relationship'],
    ['fr', "J'ai 34 ans", "moi j'ai 41 ans", 'claims/age'],
    ['fr', "J'habite à Lyon", "j'habite à Lille", 'claims/home'],
    ['fr', "j'ai pas d'enfants", 'mon fils est malade', 'claims/children'],
    ['fr', 'je suis célibataire', 'ma femme est au marché', 'claims/relationship'],
  ] as const)('[S8, SF18, SF19] %s "%s", then "%s"', (language, first, second, rule) => {
    const engine = engines[language]
    let state: State = FRESH_STATE
    state = engine.check({ text: first, direction: 'in', state }).state
    const { findings } = engine.check({ text: second, direction: 'in', state })
    expect(findings.map(({ ruleId }) => ruleId)).toContain(rule)
  })

  it.each([
    ['de', 'Ich wohne in Bayern', 'ich wohne in München'],
    ['fr', "J'habite en Bretagne", "j'habite à Rennes"],
  ] as const)('[SF19] %s "%s" and "%s" are both true', (language, first, second) => {
    const engine = engines[language]
    const { state } = engine.check({ text: first, direction: 'in', state: FRESH_STATE })
    expect(engine.check({ text: second, direction: 'in', state }).findings).toEqual([])
  })
})

describe('handles and profiles in German and French', () => {
  it.each([
    ['de', 'juergen_schmidt', 'real_name'],
    ['de', 'annamueller', 'real_name'],
    ['de', 'maedel_aus_hamburg', 'place_name'],
    ['de', 'visavis_kundendienst', 'poses_as_staff'],
    ['fr', 'camille_dubois', 'real_name'],
    ['fr', 'fille_de_toulouse', 'place_name'],
    ['fr', 'moderateur_officiel', 'poses_as_staff'],
  ] as const)('[A2, S9, SF22] %s %s: %s', (language, handle, reason) => {
    expect(checkHandle([packs[language]], handle).map(({ reasonId }) => reasonId)).toContain(reason)
  })

  it.each([
    ['de', 'stiller_otter'],
    ['de', 'blaue-kanne'],
    ['fr', 'loutre_tranquille'],
    ['fr', 'theiere-bleue'],
  ] as const)('[A2, SF22] %s %s gives nothing away', (language, handle) => {
    expect(checkHandle([packs[language]], handle)).toEqual([])
  })

  it.each([
    ['de', 'Ich wandere gern. Telegram: @berg_maxi', 'contact_in_profile'],
    ['fr', 'Je suis Omar Sy', 'poses_as_celebrity'],
  ] as const)('[S9, SF22] %s "%s": %s', (language, bio, reason) => {
    const hints = checkBio(engines[language], [packs[language]], bio)
    expect(hints.map(({ reasonId }) => reasonId)).toContain(reason)
  })
})
