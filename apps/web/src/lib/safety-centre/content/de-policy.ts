import type { Policy } from './shape.ts'

export const policy: Policy = {
  privacyLead:
    'Was dieses Programm auf dem Server aufbewahrt, wozu und wie lange. Es ist nach der Liste aller Spalten seiner Datenbank geschrieben, die ein Test mit der wirklichen vergleicht. Verantwortlich ist, wer diese Installation betreibt; frag dort nach, wenn du mehr wissen willst.',
  stored: {
    account: {
      what: 'Dein Kontoname, dein Passwort als Hash (argon2id) oder die öffentliche Hälfte eines Passkeys, dass du angegeben hast, 18 oder älter zu sein, welche Regeln du wann angenommen hast; öffentliche Schlüssel deiner Geräte, deren Namen und der Tag, an dem sie zuletzt da waren',
      why: 'Damit du dich anmelden kannst und deine Geräte private Nachrichten bekommen',
      howLong:
        'Geräte, bis sie abgemeldet oder entfernt werden. Das Konto, bis es gelöscht wird; noch löscht nichts in der App Konten',
    },
    sessions: {
      what: 'Dass ein Browser angemeldet ist; das Kennzeichen selbst nur als Hash unter einem Schlüssel',
      why: 'Damit du dich nicht jedes Mal anmelden musst',
      howLong: 'Bis du dich abmeldest, oder 30 Tage nach dem letzten Besuch',
    },
    calls: {
      what: 'Wer wen traf, wann, wie lange, auf welche Art, unter welchen Namen und mit welchen Grenzen. Nichts von dem, was gesagt oder gezeigt wurde',
      why: 'Um nach einer Störung wieder zu verbinden, dich von Leuten fernzuhalten, die du übersprungen oder blockiert hast, und für Meldungen',
      howLong: '30 Tage ab Beginn des Anrufs',
    },
    messages: {
      what: 'Nachrichten auf dem Weg, so verschlüsselt, dass der Server keinen Schlüssel hat; ihre Größe und Zeit',
      why: 'Um sie Geräten zuzustellen, die gerade nicht da sind',
      howLong: 'Bis dein Gerät sie hat, höchstens 30 Tage',
    },
    files: {
      what: 'Fotos, Sprachnachrichten und Dateien, auf deinem Gerät verschlüsselt, ohne Namen und Art',
      why: 'Damit die andere Person sie abholen kann',
      howLong: '30 Tage, oder bis du sie löschst',
    },
    contacts: {
      what: 'Wer mit wem in Kontakt ist, war oder sein wollte, und wer in welcher Unterhaltung ist',
      why: 'Um Nachrichten nur zwischen Menschen zu befördern, die beide Ja gesagt haben',
      howLong: 'Bis eines der Konten gelöscht wird, was noch nicht geht. Gruppen enden mit ihrem letzten Mitglied',
    },
    blocks: {
      what: 'Wen du blockiert hast',
      why: 'Damit ihr euch nie wieder trefft. Die blockierte Person erfährt es nicht',
      howLong: 'Bis du die Blockade aufhebst',
    },
    reports: {
      what: 'Was du gemeldet hast, mit den Worten, Nachrichten oder Bildern, die du ausgewählt hast, versiegelt mit einem Schlüssel, der nicht in der Datenbank liegt',
      why: 'Damit die Moderation es lesen und handeln kann',
      howLong: 'Noch nicht festgelegt: Meldungen bleiben',
    },
    backup: {
      what: 'Eine verschlüsselte Sicherung, nur wenn du sie einschaltest. Ihr Kennwort kennen wir nicht',
      why: 'Damit du deine Nachrichten auf einem neuen Gerät wiederbekommst',
      howLong: '30 Tage nach der letzten Erneuerung, oder bis du sie löschst',
    },
    push: {
      what: 'Wo dein Browser geweckt werden kann, nur wenn du Benachrichtigungen einschaltest. Ein Weckruf enthält nichts',
      why: 'Um dir zu sagen, dass eine Nachricht wartet',
      howLong: 'Bis du es ausschaltest oder dich auf dem Gerät abmeldest',
    },
    'key-log': {
      what: 'Ein öffentliches Verzeichnis von Hashes der Geräteschlüssel. Es sagt nicht, wem sie gehören',
      why: 'Damit niemand, auch wir nicht, unbemerkt falsche Schlüssel ausgeben kann',
      howLong: 'Für immer, mit Absicht',
    },
  },
  neverTitle: 'Was nie aufbewahrt wird',
  never: {
    identity:
      'Dein echter Name, deine E-Mail-Adresse, Telefonnummer, dein Geburtstag oder Aufenthaltsort. Wir fragen nicht danach.',
    address:
      'Deine Internetadresse und die Art deines Browsers. Eine Adresse wird kurz und nur als Hash benutzt, gegen Überlastung, mit einem Schlüssel, der täglich wechselt.',
    'call-content': 'Bild und Ton von Anrufen, ganz oder teilweise, es sei denn, du selbst meldest Bilder daraus.',
    'message-content':
      'Was du schreibst, in einer Form, die der Server lesen könnte, es sei denn, du selbst meldest eine Nachricht.',
    findings:
      'Was dein Gerät für dich bemerkt: Warnzeichen, vermutete Nacktheit, was die Zimmerprüfung sah. Es bleibt auf deinem Gerät.',
    trackers: 'Nichts wird von Dritten geladen, nichts über dich gezählt, nichts verkauft, und es gibt keine Werbung.',
  },
  onDevice: {
    title: 'Auf deinem Gerät',
    text: 'Nachrichten, Kontakte, Einstellungen und aufbewahrte Beweise (30 Tage) liegen auf deinem Gerät, das Private verschlüsselt. Abmelden entfernt Nachrichten, Kontakte und Beweise. Auch die Sprache und das Land, die du auf dieser Sicherheitsseite wählst, merkt sich nur das Gerät; niemand bekommt sie geschickt.',
  },
  readers: {
    title: 'Wer es sehen kann',
    text: 'Du siehst das Deine. Deine Gegenüber sehen deinen Kontonamen oder den Namen im Anruf und was du ihnen schickst. Die Moderation sieht Meldungen. Wer den Server betreibt, kann die Datenbank lesen; darum steht so wenig darin. Das Relais, das Anrufe weiterleitet, sieht währenddessen die Netzadressen beider Seiten und bewahrt keine auf.',
  },
  limits: {
    title: 'Was noch fehlt',
    text: 'Es gibt noch keinen Knopf, der ein Konto mit allem darin löscht, und keine Frist, nach der Meldungen verschwinden. Löschen erreicht keine älteren Kopien der Datenbank; Betreiber werden angewiesen, sie nach 30 Tagen zu vernichten.',
  },
  encryptionLead:
    'Anrufe und Nachrichten sind zwischen deinem Gerät und dem der anderen Person verschlüsselt. Das ist stark, und es ist nicht alles.',
  hidden: {
    talk: 'Was du in einem Anruf sagst und zeigst. Server und Relais reichen nur weiter, was sie nicht öffnen können.',
    writing: 'Was du schreibst, auch Reaktionen und Änderungen daran.',
    files: 'Fotos, Sprachnachrichten und Dateien samt ihren Namen.',
    'partner-address': 'Deine Netzadresse vor der anderen Person: Ihr seht beide nur unser Relais.',
  },
  open: {
    'who-and-when':
      'Der Server weiß, welche Konten sich wann und wie lange getroffen haben und wann wie viel geschrieben wurde.',
    'other-person':
      'Die andere Person kann den Bildschirm mit einem zweiten Handy filmen. Das kann keine Technik verhindern.',
    'what-you-show': 'Ein Brief an der Wand, eine Stimme, ein Gesicht: Was du zeigst, kann man erkennen.',
    report: 'Was jemand meldet, sieht unsere Moderation: die ausgewählten Nachrichten oder Bilder und sonst nichts.',
    device:
      'Wer dein entsperrtes Gerät in der Hand hat oder Spähsoftware darauf gebracht hat, sieht, was du siehst. Gegen das Erste hilft die App-Sperre.',
    page: 'Die Seite selbst kommt von unserem Server. Wer dort einbricht, könnte sie verändern.',
  },
}
