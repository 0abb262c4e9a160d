import type { Advice } from './shape.ts'

export const advice: Advice = {
  notEmergency: {
    title: 'Visavis n’est pas un service d’urgence',
    text: 'Nous ne pouvons envoyer personne chez toi, et personne ne regarde les appels. Si quelqu’un est en danger, appelle maintenant le numéro d’urgence local.',
  },
  tips: {
    leave: {
      title: 'Pars dès que quelque chose te gêne',
      text: 'Suivant, ou deux fois Échap. Tu ne dois d’explication à personne, et personne n’apprend pourquoi.',
    },
    slow: {
      title: 'Prends ton temps',
      text: 'Qui te veut du bien peut attendre demain. La hâte est l’outil de ceux qui ne t’en veulent pas.',
    },
    background: {
      title: 'Regarde ce qu’on voit derrière toi',
      text: 'Le courrier, un uniforme, la vue de la fenêtre disent où tu habites. Un arrière-plan cache la pièce.',
    },
    personal: {
      title: 'Garde tes traces pour toi',
      text: 'Ton nom complet, ton adresse, ton travail, ton numéro et tes autres comptes t’appartiennent, tant que tu ne connais pas vraiment la personne.',
    },
    money: {
      title: 'N’envoie jamais d’argent',
      text: 'Ni virement, ni carte cadeau, ni cryptomonnaie, ni « prêt », quelle que soit l’histoire. C’est la ruse la plus courante.',
    },
    'look-up': {
      title: 'Vérifie ce qui peut l’être',
      text: 'Demande une petite chose devant la caméra : un signe de la main, un mot, la date du jour sur un papier. Une excuse à chaque fois, c’est aussi une réponse.',
    },
    'tell-somebody': {
      title: 'Parles-en à quelqu’un de confiance',
      text: 'Avant une première rencontre en vrai : où, avec qui, jusqu’à quand. Choisis un lieu public et rentre par tes propres moyens.',
    },
    report: {
      title: 'Signale et bloque',
      text: 'Même si tu es déjà parti. Un clic suffit, et cela protège la personne suivante.',
    },
  },
  guidelines: {
    adults: {
      title: 'Réservé aux adultes',
      text: 'Personne de moins de 18 ans devant la caméra. Pars si tu penses que l’autre personne est mineure.',
    },
    consent: {
      title: 'Demande d’abord, arrête-toi au non',
      text: 'Au début, chacun voit les limites de l’autre. Nudité et propos intimes seulement si les deux ont dit les vouloir.',
    },
    recording: {
      title: 'N’enregistre pas',
      text: 'Pas de captures d’écran, pas de vidéos, pas de partage de ce que tu as vu ou entendu.',
    },
    hate: {
      title: 'Ni haine ni menaces',
      text: 'Personne n’est insulté ni effrayé pour ce qu’il est, ce qu’il croit ou d’où il vient.',
    },
    honesty: {
      title: 'Pas de vente, pas de quête, pas de mensonge',
      text: 'Pas de demande d’argent, pas de conseil de placement, pas d’identité empruntée.',
    },
  },
  afterReport: {
    title: 'Ce qui se passe après un signalement',
    text: 'Une personne de notre équipe le regarde dans les 24 heures. L’autre n’apprend jamais qui l’a signalée. Tu gardes un reçu dans tes réglages.',
  },
  patterns: {
    'romance-scam': {
      title: 'L’arnaque sentimentale',
      story:
        'Quelqu’un de charmant écrit tous les jours, parle vite d’amour et ne peut jamais te voir ni montrer son visage : militaire, ingénieure sur une plateforme pétrolière, médecin à l’étranger. Au bout de quelques semaines survient une urgence, et toi seul peux aider. Puis il y en aura une autre.',
      steps: [
        'N’envoie plus rien, quelle que soit la suite de l’histoire. L’argent perdu ne revient pas en payant encore.',
        'Cherche les photos et le nom avec le mot « arnaque ».',
        'Parle à quelqu’un qui ne connaît pas cette personne. C’est arrivé à des gens très fins ; il n’y a pas de honte à avoir.',
        'Si de l’argent est parti, appelle tout de suite ta banque, garde les messages et porte plainte.',
      ],
    },
    sextortion: {
      title: 'Sextorsion : le chantage aux images intimes',
      story:
        'Un flirt devient vite intime, on te demande de te déshabiller devant la caméra, et quelques minutes plus tard tombe la menace : paie, ou tous tes proches recevront l’enregistrement. Souvent, l’image d’en face n’était elle aussi qu’une vidéo. C’est un commerce qui fait peur à beaucoup de gens à la fois. Ce n’est pas ta faute.',
      steps: [
        'Ne paie pas. À qui paie, on redemande. La plupart de ceux qui ne paient pas sont laissés tranquilles au bout de quelques jours.',
        'Ne réponds plus, mais n’efface rien : messages, noms, numéros de compte. Ici, tu peux garder les preuves de l’appel.',
        'Signale et bloque la personne, ici et partout où elle t’a écrit. Rends tes listes d’amis privées.',
        'StopNCII.org calcule sur ton propre appareil une empreinte de l’image, pour que les grandes plateformes puissent la refuser. L’image reste chez toi.',
        'Parles-en à quelqu’un aujourd’hui. Si tu penses à te faire du mal, appelle maintenant une ligne d’écoute : cela passera, et on peut t’aider.',
      ],
    },
    'code-theft': {
      title: 'Le code qu’il faudrait transmettre',
      story:
        'On te dit qu’un code t’a été envoyé par erreur, ou qu’il sert à vérifier que tu existes. Ce code ouvre ton compte, ta messagerie ou ta banque. Ensuite, on écrit à tes amis en ton nom.',
      steps: [
        'Ne donne à personne un code reçu sur ton téléphone, pas même au « support ».',
        'Si c’est fait : connecte-toi, change le mot de passe, ferme toutes les autres sessions, active un second facteur.',
        'Préviens tes amis que les messages à ton nom ne viennent peut-être pas de toi.',
      ],
    },
    'investment-trick': {
      title: 'Le placement qui gagne toujours',
      story:
        'On ne te demande même pas d’argent : on te montre, gentiment, comment gagner avec les cryptomonnaies ou l’or. Sur un site qui a l’air vrai, tes premières sommes grandissent et te sont même rendues. Puis les grosses restent bloquées par des « taxes » et des « frais ».',
      steps: [
        'Ne place rien sur le conseil de quelqu’un rencontré en ligne, pas même une petite somme pour essayer.',
        'Ne paie aucun frais pour récupérer ton argent. C’est la seconde moitié de la ruse.',
        'Ceux qui proposent de récupérer les pertes contre paiement sont le plus souvent les mêmes.',
        'Préviens ta banque et la police ; garde l’adresse du site et celles des portefeuilles.',
      ],
    },
    'job-offer': {
      title: 'Le travail facile et le contrat de mannequin',
      story:
        'Un travail facile, bien payé, et qui commence ailleurs, tout de suite : une séance photo, des colis à réexpédier, un compte à prêter. À la fin, des photos sont entre de mauvaises mains, ou la police vient chez toi.',
      steps: [
        'Ne donne pas suite à qui propose du travail à un inconnu pendant un appel.',
        'Ne fais jamais suivre de colis ni d’argent pour d’autres : ce peut être un délit, et c’est toi qu’on retrouve.',
        'N’envoie pas de copie de ta pièce d’identité. Si c’est fait, demande à la police et à ta banque que faire.',
      ],
    },
  },
}
