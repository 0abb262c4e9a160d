import type { Policy } from './shape.ts'

export const policy: Policy = {
  privacyLead:
    'O que este programa guarda no servidor, para quê e por quanto tempo. Foi escrito a partir da lista de todas as colunas do banco de dados, que um teste compara com o real. Quem mantém esta instalação responde por ela; pergunte a essa pessoa se quiser saber mais.',
  stored: {
    account: {
      what: 'Seu nome de usuário, sua senha como hash (argon2id) ou a metade pública de uma chave de acesso, que você declarou ter 18 anos ou mais, que regras aceitou e quando; chaves públicas dos seus aparelhos, o nome que deu a cada um e o último dia em que esteve presente',
      why: 'Para você entrar e para os seus aparelhos receberem mensagens privadas',
      howLong:
        'Os aparelhos, até saírem da conta ou serem removidos. A conta, até ser apagada; por enquanto nada no aplicativo apaga contas',
    },
    sessions: {
      what: 'Que um navegador está conectado; o código da sessão em si, só como hash com chave',
      why: 'Para você não precisar entrar toda vez',
      howLong: 'Até você sair, ou 30 dias depois da última visita',
    },
    calls: {
      what: 'Quem encontrou quem, quando, por quanto tempo, de que modo, com que nomes e com que limites. Nada do que foi dito ou mostrado',
      why: 'Para reconectar, para manter você longe de quem pulou ou bloqueou, e para denúncias',
      howLong: '30 dias a partir do começo da chamada',
    },
    messages: {
      what: 'Mensagens a caminho, cifradas sem que o servidor tenha a chave; o tamanho e a hora delas',
      why: 'Para entregá-las a aparelhos ausentes',
      howLong: 'Até o seu aparelho recebê-las, no máximo 30 dias',
    },
    files: {
      what: 'Fotos, mensagens de voz e arquivos, cifrados no seu aparelho, sem nome nem tipo',
      why: 'Para que a outra pessoa possa buscá-los',
      howLong: '30 dias, ou até você apagar',
    },
    contacts: {
      what: 'Quem está, esteve ou quis estar em contato com quem, e quem está em que conversa',
      why: 'Para levar mensagens só entre pessoas que disseram sim, as duas',
      howLong: 'Até uma das contas ser apagada, o que ainda não é possível. Grupos acabam com o último membro',
    },
    blocks: {
      what: 'Quem você bloqueou',
      why: 'Para que vocês nunca mais se encontrem. A pessoa bloqueada não fica sabendo',
      howLong: 'Até você desfazer o bloqueio',
    },
    reports: {
      what: 'O que você denunciou, com as palavras, mensagens ou imagens que escolheu, lacrado com uma chave que não está no banco de dados',
      why: 'Para que a moderação possa ler e agir',
      howLong: 'Ainda sem prazo: as denúncias ficam',
    },
    backup: {
      what: 'Uma cópia de segurança cifrada, só se você ligar. Não conhecemos a senha dela',
      why: 'Para recuperar as mensagens num aparelho novo',
      howLong: '30 dias depois da última renovação, ou até você apagar',
    },
    push: {
      what: 'Onde o seu navegador pode ser acordado, só se você ligar as notificações. O aviso não leva conteúdo',
      why: 'Para dizer que uma mensagem espera por você',
      howLong: 'Até você desligar ou sair da conta nesse aparelho',
    },
    'key-log': {
      what: 'Um registro público de hashes de chaves de aparelhos. Não diz de quem são',
      why: 'Para que ninguém, nem nós, possa distribuir chaves falsas sem que se perceba',
      howLong: 'Para sempre, de propósito',
    },
  },
  neverTitle: 'O que nunca é guardado',
  never: {
    identity: 'Seu nome verdadeiro, e-mail, telefone, aniversário ou paradeiro. Nós não pedimos.',
    address:
      'Seu endereço de internet e o tipo do navegador. Um endereço é usado por pouco tempo e só como hash, contra sobrecargas, com uma chave que muda todo dia.',
    'call-content': 'Imagem e som das chamadas, no todo ou em parte, a menos que você mesmo denuncie imagens de uma.',
    'message-content':
      'O que você escreve, numa forma que o servidor possa ler, a menos que você mesmo denuncie uma mensagem.',
    findings:
      'O que o seu aparelho percebe por você: sinais de alerta, provável nudez, o que a checagem do quarto viu. Fica no seu aparelho.',
    trackers: 'Nada é carregado de terceiros, nada é contado sobre você, nada é vendido, e não há propaganda.',
  },
  onDevice: {
    title: 'No seu aparelho',
    text: 'Mensagens, contatos, configurações e provas guardadas (30 dias) ficam no seu aparelho, o que é privado fica cifrado. Sair da conta apaga mensagens, contatos e provas. O idioma e o país que você escolhe neste centro de segurança também ficam só ali e não são enviados a ninguém.',
  },
  readers: {
    title: 'Quem pode ver',
    text: 'Você vê o que é seu. As pessoas com quem você fala veem o seu nome de usuário ou o nome da chamada, e o que você manda. A moderação vê as denúncias. Quem mantém o servidor pode ler o banco de dados; por isso há tão pouco nele. O relé que leva as chamadas vê os endereços de rede dos dois lados enquanto a chamada dura e não guarda nenhum.',
  },
  limits: {
    title: 'O que ainda falta',
    text: 'Ainda não há um botão que apague uma conta com tudo o que está nela, nem um prazo depois do qual as denúncias somem. Apagar não alcança cópias do banco feitas antes; quem mantém o servidor é orientado a destruí-las depois de 30 dias.',
  },
  encryptionLead:
    'Chamadas e mensagens são cifradas entre o seu aparelho e o da outra pessoa. É uma proteção forte, e não é tudo.',
  hidden: {
    talk: 'O que você diz e mostra numa chamada. O servidor e o relé só passam adiante o que não conseguem abrir.',
    writing: 'O que você escreve, e também reações e correções.',
    files: 'Fotos, mensagens de voz e arquivos, com os nomes.',
    'partner-address': 'Seu endereço de rede diante da outra pessoa: vocês dois só veem o nosso relé.',
  },
  open: {
    'who-and-when':
      'O servidor sabe que contas se encontraram, quando e por quanto tempo, e quando se escreveu quanto.',
    'other-person': 'A outra pessoa pode filmar a tela com outro celular. Nenhuma técnica consegue impedir.',
    'what-you-show': 'Uma carta na parede, uma voz, um rosto: o que você mostra pode ser reconhecido.',
    report: 'O que alguém denuncia é visto pela nossa moderação: as mensagens ou imagens escolhidas e nada mais.',
    device:
      'Quem tem o seu aparelho desbloqueado, ou pôs nele um programa espião, vê o que você vê. Contra o primeiro ajuda o bloqueio do aplicativo.',
    page: 'A própria página vem do nosso servidor. Quem o invadisse poderia mudá-la.',
  },
}
