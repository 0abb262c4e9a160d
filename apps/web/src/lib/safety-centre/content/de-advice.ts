import type { Advice } from './shape.ts'

export const advice: Advice = {
  notEmergency: {
    title: 'Visavis ist kein Notdienst',
    text: 'Wir können niemanden zu dir schicken, und niemand sieht bei Anrufen zu. Ist jemand in Gefahr, ruf jetzt den Notruf an.',
  },
  tips: {
    leave: {
      title: 'Geh, sobald sich etwas falsch anfühlt',
      text: 'Weiter, oder zweimal Esc. Du schuldest niemandem einen Grund, und niemand erfährt, warum.',
    },
    slow: {
      title: 'Lass dir Zeit',
      text: 'Wer es gut meint, kann bis morgen warten. Eile ist das Werkzeug derer, die es nicht tun.',
    },
    background: {
      title: 'Schau, was hinter dir zu sehen ist',
      text: 'Briefe, Arbeitskleidung und der Blick aus dem Fenster verraten, wo du wohnst. Ein Hintergrund verbirgt das Zimmer.',
    },
    personal: {
      title: 'Behalte deine Spuren für dich',
      text: 'Voller Name, Adresse, Arbeitsplatz, Nummer und andere Konten gehören dir, bis du jemanden wirklich kennst.',
    },
    money: {
      title: 'Schick niemals Geld',
      text: 'Keine Überweisung, keine Gutscheinkarte, keine Kryptowährung, kein „Darlehen“, wie die Geschichte auch klingt. Es ist der häufigste Trick überhaupt.',
    },
    'look-up': {
      title: 'Prüfe, was sich prüfen lässt',
      text: 'Bitte vor der Kamera um eine Kleinigkeit: ein Winken, ein Wort, das heutige Datum auf Papier. Jedes Mal eine Ausrede ist auch eine Antwort.',
    },
    'tell-somebody': {
      title: 'Sag jemandem Bescheid, dem du vertraust',
      text: 'Vor dem ersten echten Treffen: wo, mit wem, bis wann. Trefft euch, wo andere Menschen sind, und komm auf eigenen Wegen nach Hause.',
    },
    report: {
      title: 'Melden und blockieren',
      text: 'Auch wenn du schon weg bist. Ein Klick genügt und schützt den nächsten Menschen.',
    },
  },
  guidelines: {
    adults: {
      title: 'Nur für Erwachsene',
      text: 'Niemand unter 18 gehört vor die Kamera. Geh, wenn du glaubst, dass dein Gegenüber es ist.',
    },
    consent: {
      title: 'Erst fragen, bei Nein aufhören',
      text: 'Beide sehen am Anfang die Grenzen des anderen. Nacktheit und intime Gespräche nur, wenn beide gesagt haben, dass sie es wollen.',
    },
    recording: {
      title: 'Nicht aufzeichnen',
      text: 'Keine Bildschirmfotos, kein Filmen, nichts weitergeben von dem, was du gesehen oder gehört hast.',
    },
    hate: {
      title: 'Kein Hass, keine Drohungen',
      text: 'Niemand wird beleidigt oder eingeschüchtert für das, was er ist, was er glaubt oder woher er kommt.',
    },
    honesty: {
      title: 'Nichts verkaufen, nicht betteln, nicht lügen',
      text: 'Keine Bitten um Geld, keine Anlagetipps, sich für niemand anderen ausgeben.',
    },
  },
  afterReport: {
    title: 'Was nach einer Meldung geschieht',
    text: 'Ein Mensch aus unserem Team sieht sie sich innerhalb von 24 Stunden an. Die andere Person erfährt nie, wer sie gemeldet hat. In deinen Einstellungen bleibt dir ein Beleg.',
  },
  patterns: {
    'romance-scam': {
      title: 'Der Liebesbetrug',
      story:
        'Jemand mit viel Charme schreibt jeden Tag, spricht früh von Liebe und kann sich doch nie treffen oder zeigen: als Soldat, als Ingenieurin auf einer Bohrinsel, als Arzt im Ausland. Nach Wochen kommt ein Notfall, und nur du kannst helfen. Danach kommt der nächste.',
      steps: [
        'Schick nichts mehr, wie die Geschichte auch weitergeht. Verlorenes Geld kommt nicht zurück, wenn du noch einmal zahlst.',
        'Such die Bilder und den Namen im Netz, zusammen mit dem Wort „Betrug“ oder „Scam“.',
        'Sprich mit jemandem, der diese Person nicht kennt. Das ist schon klugen Menschen passiert; du musst dich nicht schämen.',
        'Ist Geld weg: Ruf sofort deine Bank an, hebe die Nachrichten auf und erstatte Anzeige.',
      ],
    },
    sextortion: {
      title: 'Sextortion: Erpressung mit intimen Bildern',
      story:
        'Ein Flirt wird schnell intim, du sollst dich vor der Kamera ausziehen, und Minuten später kommt die Drohung: Zahl, sonst bekommen alle, die du kennst, die Aufnahme. Oft war auch das Bild der anderen Seite nur ein Video. Es ist ein Geschäft, das viele zugleich in Angst versetzt. Du bist nicht schuld.',
      steps: [
        'Zahl nicht. Wer zahlt, wird wieder gefragt. Die meisten, die nicht zahlen, werden nach einigen Tagen in Ruhe gelassen.',
        'Antworte nicht mehr, aber lösche nichts: Nachrichten, Namen, Kontonummern. Hier kannst du die Beweise aus dem Anruf aufbewahren.',
        'Melde und blockiere die Person, hier und überall, wo sie dir geschrieben hat. Stell deine Freundeslisten auf privat.',
        'StopNCII.org macht auf deinem eigenen Gerät einen Fingerabdruck eines Bildes, damit große Plattformen es ablehnen können. Das Bild selbst bleibt bei dir.',
        'Erzähl es heute noch jemandem. Denkst du daran, dir etwas anzutun, ruf jetzt ein Krisentelefon an: Das geht vorbei, und es gibt Hilfe.',
      ],
    },
    'code-theft': {
      title: 'Der Code, den du weitergeben sollst',
      story:
        'Jemand sagt, ein Code sei aus Versehen an dich gegangen, oder er beweise, dass du echt bist. Der Code öffnet dein Konto, deinen Messenger oder deine Bank. Danach wird in deinem Namen an deine Freunde geschrieben.',
      steps: [
        'Sag niemandem einen Code, der auf dein Handy kam, auch nicht jemandem vom „Support“.',
        'Ist es passiert: Melde dich an, ändere das Passwort, beende alle anderen Sitzungen, schalte einen zweiten Faktor ein.',
        'Warne deine Freunde, dass Nachrichten in deinem Namen vielleicht nicht von dir sind.',
      ],
    },
    'investment-trick': {
      title: 'Die Anlage, die immer gewinnt',
      story:
        'Sie bitten nicht einmal um Geld: Sie zeigen dir nur, ganz freundlich, wie sie mit Krypto oder Gold verdienen. Auf einer echt wirkenden Seite wachsen deine ersten Beträge und kommen sogar zurück. Dann stecken die großen hinter „Steuern“ und „Gebühren“ fest.',
      steps: [
        'Leg nichts an, was dir jemand aus dem Internet empfiehlt, auch keinen kleinen Betrag zum Ausprobieren.',
        'Zahl keine Gebühr, um an dein Geld zu kommen. Das ist die zweite Hälfte des Tricks.',
        'Wer dir gegen Gebühr verlorenes Geld zurückholen will, gehört meist dazu.',
        'Sag es deiner Bank und der Polizei; hebe die Adressen der Seite und der Wallets auf.',
      ],
    },
    'job-offer': {
      title: 'Der leichte Job und der Modelvertrag',
      story:
        'Leichte Arbeit, gutes Geld, und es beginnt woanders, und zwar sofort: ein Fotoshooting, Pakete weiterschicken, ein Konto verleihen. Am Ende sind Bilder in falschen Händen, oder die Polizei steht bei dir.',
      steps: [
        'Lass dich auf niemanden ein, der einer fremden Person im Anruf Arbeit anbietet.',
        'Gib nie Pakete oder Geld für andere weiter: Das kann strafbar sein, und gefunden wirst du.',
        'Schick keine Kopie deines Ausweises. Ist es passiert, frag Polizei und Bank, was zu tun ist.',
      ],
    },
  },
}
