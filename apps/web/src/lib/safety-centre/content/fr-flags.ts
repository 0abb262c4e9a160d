import type { Flag, FlagId } from './shape.ts'

export const flags: Readonly<Record<FlagId, Flag>> = {
  'asking-for-data': {
    title: 'On te demande tes données',
    what: 'Ton adresse, ton travail, ton numéro, tes papiers, ta banque ou un code reçu sur ton téléphone : chacun paraît anodin, ensemble, c’est toi.',
    said: [
      'Tu étais dans quelle école, et comment s’appelle ta mère ?',
      'Je t’ai envoyé un code par erreur, tu peux me le lire ?',
      'Juste une photo de ta carte d’identité, pour savoir que tu es réel.',
    ],
    answer: '« Ça, je ne le donne pas en ligne. » Pas besoin de raison ; qui t’apprécie l’accepte.',
    next: 'Change de sujet. Si la question revient, pars.',
  },
  leaving: {
    title: 'On veut partir d’ici tout de suite',
    what: 'Ailleurs, il n’y a ni bouton pour signaler, ni preuves, ni blocage qui compte. Voilà pourquoi les gens mal intentionnés sont si pressés d’y aller.',
    said: [
      'Je ne suis presque jamais ici, écris-moi sur l’autre appli.',
      'Mon compte va être supprimé, c’est quoi ton numéro ?',
      'Clique ici, on se verra mieux.',
    ],
    answer: '« Je préfère rester ici tant qu’on ne se connaît pas mieux. »',
    next: 'N’ouvre pas les liens d’inconnus. Reste ici jusqu’à ce que vous vous soyez vus souvent et que des choses se soient vérifiées.',
  },
  money: {
    title: 'Il est question d’argent',
    what: 'Un prêt, des cartes cadeaux, un billet pour venir te voir, la douane, des cryptomonnaies, un placement. Quel que soit le nom, à la fin c’est toi qui paies.',
    said: [
      'Je suis coincé à l’aéroport, je te rembourse lundi.',
      'Tu peux m’acheter deux cartes cadeaux et m’envoyer les numéros ?',
      'Mon oncle m’a montré un moyen sûr, je peux t’apprendre.',
    ],
    answer: '« Je n’envoie pas d’argent à des gens que je n’ai jamais rencontrés. » Et plus un mot là-dessus.',
    next: 'Signale-le. Tu as déjà payé ? Appelle ta banque maintenant : parfois, on peut encore bloquer le paiement.',
  },
  urgency: {
    title: 'Tout doit se faire maintenant',
    what: 'Un accident, une arrestation, un délai d’une heure. Cette hâte est là pour que tu ne réfléchisses pas et ne demandes à personne.',
    said: [
      'Pas le temps d’expliquer, s’il te plaît, maintenant !',
      'Si tu ne m’aides pas ce soir, je perds tout.',
      'Ne raccroche pas et n’en parle à personne.',
    ],
    answer: '« Je dors dessus et j’en parle d’abord à quelqu’un. » Une vraie urgence a un numéro d’urgence.',
    next: 'Pose le téléphone une heure. Demande à une amie ou à un ami ce qu’il en pense.',
  },
  'love-bombing': {
    title: 'Le grand amour en deux jours',
    what: 'Des compliments sans fin, un avenir à deux, de la jalousie, et toi seul les comprends. C’est délicieux, et cela rend le non difficile plus tard.',
    said: [
      'Je n’ai jamais ressenti ça, tu es mon âme sœur.',
      'Quand on sera mariés, tu n’auras plus à travailler.',
      'Tu parlais avec qui ? Je croyais que nous deux, c’était spécial.',
    ],
    answer: '« C’est trop rapide pour moi. » Regarde la suite : l’affection ralentit, la ruse se fâche.',
    next: 'Continue de voir tes proches. Demande quelque chose de vrai : un appel avec image, à l’heure que tu choisis.',
  },
  'intimate-requests': {
    title: 'On te pousse à l’intime',
    what: 'Des photos, te déshabiller, parler de sexe alors que tu n’as pas dit le vouloir. Ce que quelqu’un a vu une fois peut être gardé et utilisé.',
    said: [
      'Je t’ai montré, maintenant c’est à toi.',
      'Personne ne le verra jamais, promis.',
      'Allez, ne sois pas timide, juste une seconde.',
    ],
    answer: '« Non. » C’est une phrase entière, même si tu as dit oui avant.',
    next: 'Pars et signale. Si des images de toi circulent déjà, lis « Sextorsion » plus bas.',
  },
  coercion: {
    title: 'On te fait culpabiliser',
    what: 'Tu devrais quelque chose : parce qu’on a été gentil, parce qu’on est triste, parce qu’on se ferait du mal. La pression n’est pas de la tendresse.',
    said: [
      'Après tout ce que j’ai fait pour toi, tu me laisses tomber.',
      'Si tu m’aimais, tu le ferais.',
      'Si tu pars maintenant, il m’arrivera quelque chose, et ce sera ta faute.',
    ],
    answer: '« Je suis désolé que tu ailles mal. Je n’en ai quand même pas envie. »',
    next: 'Si tu crains que quelqu’un se fasse du mal, donne-lui une ligne d’écoute ou le numéro d’urgence, et signale-le. Ce n’est pas à toi seul de sauver cette personne.',
  },
  threats: {
    title: 'On te menace ou on te fait chanter',
    what: 'Avec des images, avec la violence, en parlant à ta famille ou aux autorités. Avec qui menace, il n’y a plus rien à discuter.',
    said: [
      'J’ai tout enregistré, paie ou je l’envoie à tes amis.',
      'Je sais où tu habites.',
      'Je vais te dénoncer à l’immigration.',
    ],
    answer: 'Rien. Pas de réponse, pas de paiement, pas de supplication.',
    next: 'Garde les preuves, signale, bloque, et appelle la police ou une ligne d’aide. Si tu es en danger maintenant, appelle les urgences.',
  },
  'own-data': {
    title: 'Tu es sur le point de te livrer',
    what: 'Dans une bonne conversation, un numéro ou une adresse s’écrit vite. L’appli demande une fois avant l’envoi et montre ce que cela révélerait.',
    said: [
      'Tu peux me joindre au 06 12 …',
      'Je travaille à la boulangerie de la gare, passe me voir !',
      'J’ai le même nom partout, tu n’as qu’à chercher.',
    ],
    answer: 'Tu peux le masquer, l’enlever ou l’envoyer : c’est toi qui décides.',
    next: 'Demande-toi : le dirais-je à mon voisin dans le train ?',
  },
  contradictions: {
    title: 'Les histoires ne collent pas',
    what: 'D’abord 34 ans, puis 41. Habite à Lyon, puis n’est jamais venu en France. Une caméra en panne d’une autre façon à chaque fois.',
    said: [
      'Ma caméra est cassée. – Elle est en réparation. – Ma sœur a mon téléphone.',
      'Je suis fils unique. – Mon frère se marie.',
      'Je suis infirmière. – Je rentre du chantier.',
    ],
    answer: '« La dernière fois, tu m’as dit autre chose. Qu’est-ce qui est vrai ? »',
    next: 'Tout le monde se trompe. Ce qui compte, c’est si on t’explique ou si on se fâche parce que tu demandes.',
  },
  impersonation: {
    title: 'On se dit quelqu’un d’important',
    what: 'Une célébrité, une médecin, la police ou notre équipe. Nous ne demandons jamais ton mot de passe, un code ou de l’argent, dans aucun appel ni message.',
    said: [
      'Ici le support de Visavis, votre compte sera fermé dans une heure.',
      'C’est vraiment moi, c’est mon compte privé.',
      'Police : vous devez payer une amende pour ce que vous avez regardé.',
    ],
    answer: '« Je vais appeler moi-même votre bureau. » Puis prends un numéro que tu as cherché toi-même.',
    next: 'Signale-le. Une coche bleue dans un nom n’est qu’un dessin dans un nom.',
  },
}
