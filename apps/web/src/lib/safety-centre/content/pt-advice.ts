import type { Advice } from './shape.ts'

export const advice: Advice = {
  notEmergency: {
    title: 'Visavis não é um serviço de emergência',
    text: 'Não podemos mandar ninguém até você, e ninguém assiste às chamadas. Se alguém está em perigo, ligue agora para o número de emergência local.',
  },
  tips: {
    leave: {
      title: 'Saia assim que algo parecer errado',
      text: 'Próximo, ou Esc duas vezes. Você não deve explicação a ninguém, e ninguém fica sabendo por quê.',
    },
    slow: {
      title: 'Vá com calma',
      text: 'Quem tem boa intenção pode esperar até amanhã. A pressa é a ferramenta de quem não tem.',
    },
    background: {
      title: 'Olhe o que aparece atrás de você',
      text: 'Cartas, uniformes e a vista da janela dizem onde você mora. Um fundo esconde o quarto.',
    },
    personal: {
      title: 'Guarde seus rastros para você',
      text: 'Nome completo, endereço, trabalho, número e outras contas são seus até você conhecer a pessoa de verdade.',
    },
    money: {
      title: 'Nunca mande dinheiro',
      text: 'Nem transferência, nem Pix, nem vale-presente, nem criptomoeda, nem “empréstimo”, seja qual for a história. É o truque mais comum de todos.',
    },
    'look-up': {
      title: 'Confira o que dá para conferir',
      text: 'Peça uma coisa pequena na câmera: um aceno, uma palavra, a data de hoje num papel. Uma desculpa toda vez também é uma resposta.',
    },
    'tell-somebody': {
      title: 'Conte a alguém de confiança',
      text: 'Antes de um primeiro encontro ao vivo: onde, com quem, até quando. Marque num lugar público e volte por conta própria.',
    },
    report: {
      title: 'Denuncie e bloqueie',
      text: 'Mesmo que já tenha saído. Basta um clique, e você protege a próxima pessoa.',
    },
  },
  guidelines: {
    adults: {
      title: 'Só para adultos',
      text: 'Ninguém com menos de 18 anos diante da câmera. Saia se achar que a outra pessoa é menor.',
    },
    consent: {
      title: 'Pergunte antes, pare no não',
      text: 'No começo, cada um vê os limites do outro. Nudez e conversa íntima só quando os dois disseram que querem.',
    },
    recording: {
      title: 'Não grave',
      text: 'Nada de capturas de tela, gravações ou de espalhar o que você viu ou ouviu.',
    },
    hate: {
      title: 'Sem ódio, sem ameaças',
      text: 'Ninguém é insultado ou intimidado por quem é, pelo que acredita ou por sua origem.',
    },
    honesty: {
      title: 'Não vender, não pedir, não mentir',
      text: 'Nada de pedir dinheiro, dar dicas de investimento ou se passar por outra pessoa.',
    },
  },
  afterReport: {
    title: 'O que acontece depois de uma denúncia',
    text: 'Uma pessoa da nossa equipe olha em até 24 horas. A outra pessoa nunca fica sabendo quem a denunciou. Você guarda um recibo nas configurações.',
  },
  patterns: {
    'romance-scam': {
      title: 'O golpe do amor',
      story:
        'Alguém encantador escreve todo dia, fala cedo de amor e nunca pode se encontrar nem mostrar o rosto: é militar, engenheira numa plataforma de petróleo, médico no exterior. Semanas depois há uma emergência, e só você pode ajudar. Depois dela virá outra.',
      steps: [
        'Não mande mais nada, por mais que a história continue. Dinheiro perdido não volta pagando de novo.',
        'Procure as fotos e o nome junto com a palavra “golpe”.',
        'Fale com alguém que não conhece essa pessoa. Já aconteceu com gente muito esperta; não é motivo de vergonha.',
        'Se já mandou dinheiro, ligue na hora para o seu banco, guarde as mensagens e registre ocorrência na polícia.',
      ],
    },
    sextortion: {
      title: 'Sextorsão: chantagem com imagens íntimas',
      story:
        'Uma paquera fica íntima depressa, pedem que você se dispa na câmera, e minutos depois vem a ameaça: pague, ou todos os seus conhecidos vão receber a gravação. Muitas vezes a imagem do outro lado também era um vídeo. É um negócio que assusta muita gente ao mesmo tempo. A culpa não é sua.',
      steps: [
        'Não pague. De quem paga, pedem de novo. A maioria de quem não paga é deixada em paz depois de alguns dias.',
        'Pare de responder, mas não apague nada: mensagens, nomes, números de conta. Aqui você pode guardar as provas da chamada.',
        'Denuncie e bloqueie essa pessoa, aqui e onde mais ela escreveu. Deixe suas listas de amigos privadas.',
        'StopNCII.org cria no seu próprio aparelho uma impressão digital da imagem, para que as grandes plataformas possam recusá-la. A imagem fica com você.',
        'Conte a alguém hoje. Se você pensa em se machucar, ligue agora para uma linha de apoio: isso passa, e há quem ajude.',
      ],
    },
    'code-theft': {
      title: 'O código que pedem para você passar',
      story:
        'Alguém diz que mandou um código para você por engano, ou que precisa dele para ver se você é real. O código abre a sua conta, o seu mensageiro ou o seu banco. Depois escrevem aos seus amigos no seu nome.',
      steps: [
        'Não diga a ninguém um código que chegou ao seu celular, nem a quem diz ser do “suporte”.',
        'Se já disse: entre na conta, troque a senha, encerre as outras sessões e ligue um segundo fator.',
        'Avise seus amigos de que mensagens no seu nome talvez não sejam suas.',
      ],
    },
    'investment-trick': {
      title: 'O investimento que sempre ganha',
      story:
        'Nem é ideia deles pedir dinheiro: só mostram, com toda a gentileza, como ganham com cripto ou ouro. Num site que parece de verdade, seus primeiros valores crescem e até voltam. Depois os grandes ficam presos por “impostos” e “taxas”.',
      steps: [
        'Não invista em nada que alguém da internet recomende, nem um valor pequeno para testar.',
        'Não pague taxa nenhuma para tirar o seu dinheiro. É a segunda metade do golpe.',
        'Quem oferece recuperar o que você perdeu em troca de pagamento costuma ser a mesma gente.',
        'Avise o seu banco e a polícia; guarde os endereços do site e das carteiras.',
      ],
    },
    'job-offer': {
      title: 'O trabalho fácil e o contrato de modelo',
      story:
        'Trabalho fácil, dinheiro bom, e começa fora daqui, agora mesmo: uma sessão de fotos, pacotes para repassar, uma conta para emprestar. Acaba com fotos em mãos erradas, ou com a polícia na sua porta.',
      steps: [
        'Não continue com quem oferece trabalho a um desconhecido numa chamada.',
        'Nunca repasse pacotes ou dinheiro de outros: pode ser crime, e quem é encontrado é você.',
        'Não mande cópia do seu documento. Se já mandou, pergunte à polícia e ao seu banco o que fazer.',
      ],
    },
  },
}
