import type { Flag, FlagId } from './shape.ts'

export const flags: Readonly<Record<FlagId, Flag>> = {
  'asking-for-data': {
    title: 'Pedem os seus dados',
    what: 'Endereço, trabalho, número, documentos, dados do banco ou um código que chegou ao seu celular: cada um parece inofensivo, juntos são você.',
    said: [
      'Em que escola você estudou, e como se chama a sua mãe?',
      'Mandei um código para você sem querer, pode ler para mim?',
      'Só uma foto do seu documento, para eu saber que você é real.',
    ],
    answer: '“Isso eu não passo pela internet.” Não precisa de motivo, e quem gosta de você aceita.',
    next: 'Mude de assunto. Se perguntarem de novo, saia.',
  },
  leaving: {
    title: 'Querem sair daqui na hora',
    what: 'Em outro lugar não há botão de denúncia, nem provas, nem bloqueio que valha. Por isso quem tem má intenção tem tanta pressa de ir para lá.',
    said: [
      'Quase nunca entro aqui, escreve para mim no outro aplicativo.',
      'Minha conta vai ser apagada, qual é o seu número?',
      'Clica aqui, lá a gente se vê melhor.',
    ],
    answer: '“Prefiro ficar aqui até a gente se conhecer melhor.”',
    next: 'Não abra links de desconhecidos. Fique até vocês terem se visto muitas vezes e algumas coisas terem se confirmado.',
  },
  money: {
    title: 'O assunto é dinheiro',
    what: 'Um empréstimo, vale-presente, uma passagem para visitar você, alfândega, cripto, um investimento. Seja qual for o nome, no fim quem paga é você.',
    said: [
      'Estou preso no aeroporto, devolvo na segunda.',
      'Compra dois vales-presente para mim e manda os números?',
      'Meu tio me mostrou um jeito seguro, posso ensinar.',
    ],
    answer: '“Não mando dinheiro para quem nunca encontrei.” E nem mais uma palavra sobre isso.',
    next: 'Denuncie. Já pagou? Ligue agora para o seu banco: às vezes ainda dá para parar.',
  },
  urgency: {
    title: 'Tudo tem que ser agora',
    what: 'Um acidente, uma prisão, um prazo de uma hora. A pressa existe para que você não pense nem pergunte a ninguém.',
    said: [
      'Não dá tempo de explicar, por favor, agora!',
      'Se você não me ajudar hoje à noite, perco tudo.',
      'Não desligue e não conte a ninguém.',
    ],
    answer:
      '“Vou dormir pensando nisso e falar com alguém antes.” Para emergência de verdade existe o número de emergência.',
    next: 'Largue o celular por uma hora. Pergunte a uma amiga ou a um amigo o que acha.',
  },
  'love-bombing': {
    title: 'Grande amor em dois dias',
    what: 'Elogios sem fim, um futuro a dois, ciúme, e só você os entende. É uma delícia, e depois torna difícil dizer não.',
    said: [
      'Nunca senti isso antes, você é minha alma gêmea.',
      'Quando a gente casar, você não vai precisar trabalhar.',
      'Com quem você falou? Achei que a gente era especial.',
    ],
    answer: '“Está rápido demais para mim.” Veja o que acontece: o carinho desacelera, o golpe fica bravo.',
    next: 'Continue vendo a sua gente. Peça algo real: uma chamada com imagem, na hora que você escolher.',
  },
  'intimate-requests': {
    title: 'Insistem em coisas íntimas',
    what: 'Fotos, tirar a roupa, falar de sexo sem que você tenha dito que quer. O que alguém viu uma vez pode ser guardado e usado.',
    said: [
      'Eu mostrei, agora é a sua vez.',
      'Ninguém nunca vai ver, prometo.',
      'Vai, deixa de vergonha, só um segundo.',
    ],
    answer: '“Não.” É uma frase inteira, mesmo que antes você tenha dito sim.',
    next: 'Saia e denuncie. Se já existem imagens suas por aí, leia “Sextorsão” mais abaixo.',
  },
  coercion: {
    title: 'Fazem você se sentir culpado',
    what: 'Dizem que você deve algo: porque foram gentis, porque estão tristes, porque se machucariam. Pressão não é carinho.',
    said: [
      'Depois de tudo o que fiz por você, você me deixa na mão.',
      'Se você me amasse, faria.',
      'Se você for agora, vai me acontecer alguma coisa, e a culpa é sua.',
    ],
    answer: '“Sinto muito que você esteja mal. Mesmo assim, não quero.”',
    next: 'Se você teme que alguém se machuque, diga uma linha de apoio ou o número de emergência, e denuncie. Não cabe a você salvar alguém sem ajuda.',
  },
  threats: {
    title: 'Ameaçam ou chantageiam você',
    what: 'Com imagens, com violência, com contar à família ou às autoridades. Com quem ameaça não há mais o que conversar.',
    said: [
      'Gravei tudo, paga ou mando para os seus amigos.',
      'Eu sei onde você mora.',
      'Vou denunciar você à imigração.',
    ],
    answer: 'Nada. Nem resposta, nem pagamento, nem súplica.',
    next: 'Guarde as provas, denuncie, bloqueie e ligue para a polícia ou uma linha de apoio. Se está em perigo agora, ligue para a emergência.',
  },
  'own-data': {
    title: 'Você está prestes a se expor',
    what: 'Numa conversa boa, um número ou endereço sai depressa. O aplicativo pergunta uma vez antes de enviar e mostra o que isso revelaria.',
    said: [
      'Pode me ligar no 11 9…',
      'Trabalho na padaria da estação, aparece lá!',
      'Tenho o mesmo nome em todo lugar, é só procurar.',
    ],
    answer: 'Você pode esconder, tirar ou enviar: a decisão é sua.',
    next: 'Pergunte a si: eu diria isso a quem senta do meu lado no ônibus?',
  },
  contradictions: {
    title: 'As histórias não batem',
    what: 'Primeiro 34, depois 41. Mora em Lisboa e depois nunca foi a Portugal. Uma câmera que quebra de um jeito diferente a cada vez.',
    said: [
      'Minha câmera quebrou. – Está no conserto. – Meu celular está com a minha irmã.',
      'Sou filho único. – Meu irmão vai casar.',
      'Sou enfermeira. – Acabei de chegar da obra.',
    ],
    answer: '“Da outra vez você contou diferente. Qual é a verdade?”',
    next: 'Todo mundo se confunde. O que conta é se explicam ou se ficam bravos porque você perguntou.',
  },
  impersonation: {
    title: 'Dizem ser alguém importante',
    what: 'Uma pessoa famosa, uma médica, a polícia ou a nossa equipe. Nós nunca pedimos senha, código ou dinheiro, em nenhuma chamada ou mensagem.',
    said: [
      'Aqui é o suporte do Visavis, sua conta será fechada em uma hora.',
      'Sou eu mesmo, esta é a minha conta particular.',
      'Polícia: você precisa pagar uma multa pelo que viu.',
    ],
    answer: '“Eu mesmo ligo para vocês.” E use um número que você procurou.',
    next: 'Denuncie. Um selo azul num nome é só um desenho num nome.',
  },
}
