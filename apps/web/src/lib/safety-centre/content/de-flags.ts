import type { Flag, FlagId } from './shape.ts'

export const flags: Readonly<Record<FlagId, Flag>> = {
  'asking-for-data': {
    title: 'Sie fragen nach deinen Daten',
    what: 'Adresse, Arbeitsplatz, Nummer, Ausweis, Bankdaten oder ein Code auf deinem Handy: Jedes für sich wirkt harmlos, zusammen bist das du.',
    said: [
      'Auf welcher Schule warst du, und wie heißt deine Mutter?',
      'Ich habe dir aus Versehen einen Code geschickt, liest du ihn mir vor?',
      'Nur ein Foto von deinem Ausweis, damit ich weiß, dass du echt bist.',
    ],
    answer: '„Das gebe ich online nicht weiter.“ Du brauchst keinen Grund, und wer es gut meint, nimmt das hin.',
    next: 'Wechsle das Thema. Kommt die Frage wieder, geh.',
  },
  leaving: {
    title: 'Sie wollen sofort woanders hin',
    what: 'Woanders gibt es keinen Knopf zum Melden, keine Beweise und keine Blockade, die zählt. Darum haben es Leute mit schlechten Absichten so eilig.',
    said: [
      'Hier bin ich kaum, schreib mir in der anderen App.',
      'Mein Konto wird gleich gelöscht, wie ist deine Nummer?',
      'Klick hier, da sehen wir uns besser.',
    ],
    answer: '„Ich bleibe lieber hier, bis wir uns besser kennen.“',
    next: 'Öffne keine Links von Fremden. Bleib, bis ihr euch oft gesehen habt und manches sich bestätigt hat.',
  },
  money: {
    title: 'Es geht um Geld',
    what: 'Ein Darlehen, Gutscheinkarten, ein Ticket zu dir, Zoll, Krypto, eine Anlage. Wie es auch heißt, am Ende zahlst du.',
    said: [
      'Ich hänge am Flughafen fest, am Montag bekommst du es zurück.',
      'Kannst du zwei Gutscheinkarten kaufen und mir die Nummern schicken?',
      'Mein Onkel kennt einen sicheren Weg, ich kann es dir beibringen.',
    ],
    answer: '„Ich schicke kein Geld an Leute, die ich nie getroffen habe.“ Und dann nichts mehr dazu.',
    next: 'Melde es. Hast du schon gezahlt? Ruf jetzt deine Bank an: Manchmal lässt es sich noch stoppen.',
  },
  urgency: {
    title: 'Alles muss jetzt sein',
    what: 'Ein Unfall, eine Verhaftung, eine Frist in einer Stunde. Die Eile ist gemacht, damit du nicht nachdenkst und niemanden fragst.',
    said: [
      'Keine Zeit für Erklärungen, bitte, jetzt!',
      'Wenn du mir heute Nacht nicht hilfst, verliere ich alles.',
      'Leg nicht auf und sag es niemandem.',
    ],
    answer: '„Ich schlafe darüber und spreche erst mit jemandem.“ Für echte Notfälle gibt es den Notruf.',
    next: 'Leg das Handy eine Stunde weg. Frag eine Freundin oder einen Freund.',
  },
  'love-bombing': {
    title: 'Große Liebe nach zwei Tagen',
    what: 'Komplimente ohne Ende, eine gemeinsame Zukunft, Eifersucht, und nur du verstehst sie. Das fühlt sich großartig an und macht es später schwer, Nein zu sagen.',
    said: [
      'So habe ich noch nie gefühlt, du bist mein Seelenmensch.',
      'Wenn wir verheiratet sind, musst du nicht mehr arbeiten.',
      'Mit wem hast du geredet? Ich dachte, wir sind etwas Besonderes.',
    ],
    answer: '„Das geht mir zu schnell.“ Sieh, was geschieht: Zuneigung wird langsamer, ein Trick wird böse.',
    next: 'Triff weiter deine eigenen Leute. Bitte um etwas Echtes: einen Anruf mit Bild, zu einer Zeit, die du bestimmst.',
  },
  'intimate-requests': {
    title: 'Sie drängen zu Intimem',
    what: 'Bilder, Ausziehen, Reden über Sex, ohne dass du gesagt hast, dass du es willst. Was jemand einmal gesehen hat, kann aufgehoben und benutzt werden.',
    said: [
      'Ich habe dir meins gezeigt, jetzt bist du dran.',
      'Das sieht nie jemand, versprochen.',
      'Komm, sei nicht so schüchtern, nur ganz kurz.',
    ],
    answer: '„Nein.“ Das ist ein ganzer Satz, auch wenn du vorher Ja gesagt hast.',
    next: 'Geh und melde es. Sind schon Bilder von dir draußen, lies unten „Sextortion“.',
  },
  coercion: {
    title: 'Sie machen dir ein schlechtes Gewissen',
    what: 'Du sollst etwas schuldig sein: weil sie nett waren, weil sie traurig sind, weil sie sich sonst etwas antun. Druck ist keine Nähe.',
    said: [
      'Nach allem, was ich für dich getan habe, lässt du mich allein.',
      'Wenn du mich lieben würdest, würdest du es tun.',
      'Wenn du jetzt gehst, passiert mir etwas, und du bist schuld.',
    ],
    answer: '„Es tut mir leid, dass es dir schlecht geht. Ich will es trotzdem nicht.“',
    next: 'Fürchtest du, dass sich jemand etwas antut, nenn ein Krisentelefon oder den Notruf und melde es. Du musst niemanden allein retten.',
  },
  threats: {
    title: 'Sie drohen oder erpressen dich',
    what: 'Mit Bildern, mit Gewalt, damit, es der Familie oder Behörden zu sagen. Wer droht, mit dem gibt es nichts mehr zu bereden.',
    said: [
      'Ich habe alles aufgenommen, zahl oder es geht an deine Freunde.',
      'Ich weiß, wo du wohnst.',
      'Ich zeige dich bei der Ausländerbehörde an.',
    ],
    answer: 'Nichts. Keine Antwort, keine Zahlung, kein Bitten.',
    next: 'Bewahre die Beweise auf, melde, blockiere, und ruf die Polizei oder eine Beratung an. Bist du gerade in Gefahr, ruf den Notruf.',
  },
  'own-data': {
    title: 'Du gibst gerade selbst etwas preis',
    what: 'In einem guten Gespräch ist eine Nummer oder Adresse schnell geschrieben. Die App fragt vor dem Senden einmal nach und zeigt, was damit verraten wird.',
    said: [
      'Du erreichst mich unter 0170 …',
      'Ich arbeite in der Bäckerei am Bahnhof, komm vorbei!',
      'Ich heiße überall gleich, such einfach nach mir.',
    ],
    answer: 'Du kannst es verdecken, weglassen oder senden: Du entscheidest.',
    next: 'Frag dich: Würde ich das jemandem neben mir im Zug erzählen?',
  },
  contradictions: {
    title: 'Die Geschichten passen nicht zusammen',
    what: 'Erst 34, dann 41. Wohnt in Leipzig, war dann noch nie in Deutschland. Eine Kamera, die jedes Mal anders kaputt ist.',
    said: [
      'Meine Kamera ist kaputt. – Die Kamera ist in Reparatur. – Meine Schwester hat mein Handy.',
      'Ich bin Einzelkind. – Mein Bruder heiratet.',
      'Ich bin Krankenpfleger. – Ich komme gerade von der Baustelle.',
    ],
    answer: '„Letztes Mal hast du etwas anderes erzählt. Was stimmt?“',
    next: 'Jeder erinnert sich mal falsch. Es zählt, ob man es dir erklärt oder wütend wird, weil du fragst.',
  },
  impersonation: {
    title: 'Sie geben sich für jemand Wichtiges aus',
    what: 'Ein Star, eine Ärztin, die Polizei oder unser Team. Wir fragen nie nach Passwort, Code oder Geld, in keinem Anruf und keiner Nachricht.',
    said: [
      'Hier ist der Support von Visavis, dein Konto wird in einer Stunde geschlossen.',
      'Ich bin es wirklich, das ist mein privates Konto.',
      'Polizei: Sie müssen für das, was Sie angesehen haben, eine Strafe zahlen.',
    ],
    answer: '„Ich rufe selbst bei Ihnen an.“ Und dann eine Nummer nehmen, die du selbst gesucht hast.',
    next: 'Melde es. Ein blaues Häkchen im Namen ist nur ein Bild im Namen.',
  },
}
