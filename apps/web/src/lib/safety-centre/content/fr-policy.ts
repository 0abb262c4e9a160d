import type { Policy } from './shape.ts'

export const policy: Policy = {
  privacyLead:
    'Ce que ce programme garde sur le serveur, pourquoi et combien de temps. C’est écrit d’après la liste de toutes les colonnes de sa base de données, qu’un test compare avec la vraie. La personne qui exploite cette installation en est responsable ; demande-lui si tu veux en savoir plus.',
  stored: {
    account: {
      what: 'Ton identifiant, ton mot de passe sous forme de hachage (argon2id) ou la moitié publique d’une clé d’accès, ta déclaration d’avoir 18 ans ou plus, les règles acceptées et quand ; les clés publiques de tes appareils, le nom que tu leur as donné et le jour de leur dernier passage',
      why: 'Pour te connecter et pour que tes appareils reçoivent des messages privés',
      howLong:
        'Les appareils, jusqu’à leur déconnexion ou leur retrait. Le compte, jusqu’à sa suppression ; pour l’instant, rien dans l’appli ne supprime de compte',
    },
    sessions: {
      what: 'Qu’un navigateur est connecté ; le jeton lui-même seulement sous forme de hachage avec clé',
      why: 'Pour ne pas devoir te connecter à chaque fois',
      howLong: 'Jusqu’à la déconnexion, ou 30 jours après la dernière visite',
    },
    calls: {
      what: 'Qui a rencontré qui, quand, combien de temps, sous quelle forme, sous quels noms et avec quelles limites. Rien de ce qui a été dit ou montré',
      why: 'Pour rétablir la liaison, pour te tenir à distance des gens que tu as passés ou bloqués, et pour les signalements',
      howLong: '30 jours à partir du début de l’appel',
    },
    messages: {
      what: 'Les messages en route, chiffrés sans que le serveur ait la clé ; leur taille et leur heure',
      why: 'Pour les remettre à des appareils absents',
      howLong: 'Jusqu’à ce que ton appareil les ait, 30 jours au plus',
    },
    files: {
      what: 'Photos, notes vocales et fichiers, chiffrés sur ton appareil, sans nom ni type',
      why: 'Pour que l’autre personne puisse les prendre',
      howLong: '30 jours, ou jusqu’à ce que tu les supprimes',
    },
    contacts: {
      what: 'Qui est, était ou voulait être en contact avec qui, et qui est dans quelle conversation',
      why: 'Pour ne porter de messages qu’entre des gens qui ont tous deux dit oui',
      howLong:
        'Jusqu’à la suppression de l’un des comptes, ce qui n’est pas encore possible. Les groupes disparaissent avec leur dernier membre',
    },
    blocks: {
      what: 'Qui tu as bloqué',
      why: 'Pour que vous ne vous croisiez plus. La personne bloquée ne l’apprend pas',
      howLong: 'Jusqu’à ce que tu lèves le blocage',
    },
    reports: {
      what: 'Ce que tu as signalé, avec les mots, messages ou images que tu as choisis, scellé par une clé qui n’est pas dans la base de données',
      why: 'Pour que la modération puisse le lire et agir',
      howLong: 'Pas encore fixé : les signalements restent',
    },
    backup: {
      what: 'Une sauvegarde chiffrée, seulement si tu l’actives. Nous ne connaissons pas sa phrase secrète',
      why: 'Pour retrouver tes messages sur un nouvel appareil',
      howLong: '30 jours après le dernier renouvellement, ou jusqu’à ce que tu la supprimes',
    },
    push: {
      what: 'Où réveiller ton navigateur, seulement si tu actives les notifications. Un réveil ne contient rien',
      why: 'Pour te dire qu’un message t’attend',
      howLong: 'Jusqu’à ce que tu les coupes ou te déconnectes sur cet appareil',
    },
    'key-log': {
      what: 'Un registre public de hachages de clés d’appareils. Il ne dit pas à qui elles sont',
      why: 'Pour que personne, pas même nous, ne puisse distribuer de fausses clés sans que cela se voie',
      howLong: 'Pour toujours, exprès',
    },
  },
  neverTitle: 'Ce qui n’est jamais gardé',
  never: {
    identity:
      'Ton vrai nom, ton adresse e-mail, ton téléphone, ton anniversaire ou le lieu où tu es. Nous ne les demandons pas.',
    address:
      'Ton adresse internet et le type de ton navigateur. Une adresse sert brièvement et seulement hachée, contre les afflux, avec une clé qui change chaque jour.',
    'call-content':
      'L’image et le son des appels, en tout ou en partie, sauf si tu signales toi-même des images de l’un d’eux.',
    'message-content':
      'Ce que tu écris, sous une forme lisible par le serveur, sauf si tu signales toi-même un message.',
    findings:
      'Ce que ton appareil remarque pour toi : signaux d’alerte, nudité probable, ce qu’a vu la vérification de la pièce. Cela reste sur ton appareil.',
    trackers:
      'Rien n’est chargé chez des tiers, rien n’est compté sur toi, rien n’est vendu, et il n’y a pas de publicité.',
  },
  onDevice: {
    title: 'Sur ton appareil',
    text: 'Les messages, les contacts, les réglages et les preuves gardées (30 jours) se trouvent sur ton appareil, ce qui est privé étant chiffré. La déconnexion efface messages, contacts et preuves. La langue et le pays que tu choisis dans ce centre de sécurité ne sont gardés que là et ne sont envoyés à personne.',
  },
  readers: {
    title: 'Qui peut le voir',
    text: 'Tu vois ce qui est à toi. Les personnes à qui tu parles voient ton identifiant ou le nom de l’appel, et ce que tu leur envoies. La modération voit les signalements. Qui exploite le serveur peut lire la base de données ; c’est pourquoi elle contient si peu. Le relais qui porte les appels voit les adresses réseau des deux côtés pendant l’appel et n’en garde aucune.',
  },
  limits: {
    title: 'Ce qui manque encore',
    text: 'Il n’y a pas encore de bouton qui supprime un compte avec tout ce qu’il contient, ni de délai après lequel les signalements disparaissent. Supprimer n’atteint pas les copies de la base faites auparavant ; il est demandé aux exploitants de les détruire au bout de 30 jours.',
  },
  encryptionLead:
    'Les appels et les messages sont chiffrés entre ton appareil et celui de l’autre personne. C’est solide, et ce n’est pas tout.',
  hidden: {
    talk: 'Ce que tu dis et montres dans un appel. Le serveur et le relais ne font que passer ce qu’ils ne peuvent pas ouvrir.',
    writing: 'Ce que tu écris, y compris les réactions et les modifications.',
    files: 'Les photos, notes vocales et fichiers, avec leurs noms.',
    'partner-address': 'Ton adresse réseau vis-à-vis de l’autre : vous ne voyez tous deux que notre relais.',
  },
  open: {
    'who-and-when':
      'Le serveur sait quels comptes se sont rencontrés, quand et combien de temps, et quand on a écrit en quelle quantité.',
    'other-person':
      'L’autre personne peut filmer l’écran avec un second téléphone. Aucune technique ne peut l’empêcher.',
    'what-you-show': 'Une lettre au mur, une voix, un visage : ce que tu montres peut être reconnu.',
    report: 'Ce que quelqu’un signale est montré à notre modération : les messages ou images choisis, et rien d’autre.',
    device:
      'Qui tient ton appareil déverrouillé, ou y a mis un logiciel espion, voit ce que tu vois. Contre le premier cas, le verrouillage de l’appli aide.',
    page: 'La page elle-même vient de notre serveur. Quelqu’un qui s’y introduirait pourrait la changer.',
  },
}
