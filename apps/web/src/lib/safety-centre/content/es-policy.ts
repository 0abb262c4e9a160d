import type { Policy } from './shape.ts'

export const policy: Policy = {
  privacyLead:
    'Qué guarda este programa en el servidor, para qué y cuánto tiempo. Está escrito a partir de la lista de todas las columnas de su base de datos, que una prueba compara con la real. Quien gestiona esta instalación responde de ella; pregúntale si quieres saber más.',
  stored: {
    account: {
      what: 'Tu nombre de usuario, tu contraseña como hash (argon2id) o la mitad pública de una llave de acceso, que dijiste tener 18 años o más, qué normas aceptaste y cuándo; las claves públicas de tus dispositivos, el nombre que les diste y el día en que estuvieron por última vez',
      why: 'Para que puedas entrar y para que tus dispositivos reciban mensajes privados',
      howLong:
        'Los dispositivos, hasta que cierran sesión o se quitan. La cuenta, hasta que se borre; por ahora nada en la aplicación borra cuentas',
    },
    sessions: {
      what: 'Que un navegador tiene la sesión abierta; la ficha en sí, solo como hash con clave',
      why: 'Para que no tengas que entrar cada vez',
      howLong: 'Hasta que cierres sesión, o 30 días después de la última visita',
    },
    calls: {
      what: 'Quién se encontró con quién, cuándo, cuánto tiempo, de qué modo, con qué nombres y con qué límites. Nada de lo que se dijo o se vio',
      why: 'Para reconectar, para no volver a juntarte con quien saltaste o bloqueaste, y para las denuncias',
      howLong: '30 días desde el comienzo de la llamada',
    },
    messages: {
      what: 'Los mensajes en camino, cifrados sin que el servidor tenga la clave; su tamaño y hora',
      why: 'Para entregarlos a dispositivos que no están',
      howLong: 'Hasta que los tenga tu dispositivo, 30 días como mucho',
    },
    files: {
      what: 'Fotos, notas de voz y archivos, cifrados en tu dispositivo, sin nombre ni tipo',
      why: 'Para que la otra persona pueda recogerlos',
      howLong: '30 días, o hasta que los borres',
    },
    contacts: {
      what: 'Quién está, estuvo o quiso estar en contacto con quién, y quién está en qué conversación',
      why: 'Para llevar mensajes solo entre personas que dijeron que sí las dos',
      howLong:
        'Hasta que se borre una de las dos cuentas, lo que aún no es posible. Los grupos acaban con su último miembro',
    },
    blocks: {
      what: 'A quién has bloqueado',
      why: 'Para que no volváis a encontraros. A la persona bloqueada no se le dice',
      howLong: 'Hasta que quites el bloqueo',
    },
    reports: {
      what: 'Lo que denunciaste, con las palabras, los mensajes o las imágenes que elegiste, sellado con una clave que no está en la base de datos',
      why: 'Para que el equipo de moderación pueda leerlo y actuar',
      howLong: 'Aún sin plazo: las denuncias se quedan',
    },
    backup: {
      what: 'Una copia de seguridad cifrada, solo si la activas. No conocemos su contraseña',
      why: 'Para recuperar tus mensajes en un dispositivo nuevo',
      howLong: '30 días desde la última renovación, o hasta que la borres',
    },
    push: {
      what: 'Dónde se puede despertar a tu navegador, solo si activas los avisos. Un aviso no lleva contenido',
      why: 'Para decirte que te espera un mensaje',
      howLong: 'Hasta que lo desactives o cierres sesión en ese dispositivo',
    },
    'key-log': {
      what: 'Un registro público de hashes de claves de dispositivos. No dice de quién son',
      why: 'Para que nadie, tampoco nosotros, pueda repartir claves falsas sin que se note',
      howLong: 'Para siempre, a propósito',
    },
  },
  neverTitle: 'Lo que nunca se guarda',
  never: {
    identity: 'Tu nombre real, correo, teléfono, cumpleaños o paradero. No los pedimos.',
    address:
      'Tu dirección de internet y el tipo de navegador. Una dirección se usa poco tiempo y solo como hash, contra las avalanchas, con una clave que cambia cada día.',
    'call-content':
      'La imagen y el sonido de las llamadas, ni enteros ni en parte, salvo que tú denuncies imágenes de una.',
    'message-content': 'Lo que escribes, de forma que el servidor pueda leerlo, salvo que tú denuncies un mensaje.',
    findings:
      'Lo que tu dispositivo nota por ti: señales de alarma, posible desnudez, lo que vio al revisar la habitación. Se queda en tu dispositivo.',
    trackers: 'No se carga nada de terceros, no se cuenta nada sobre ti, no se vende nada y no hay publicidad.',
  },
  onDevice: {
    title: 'En tu dispositivo',
    text: 'Los mensajes, los contactos, los ajustes y las pruebas guardadas (30 días) están en tu dispositivo, lo privado cifrado. Al cerrar sesión se borran mensajes, contactos y pruebas. El idioma y el país que eliges en este centro de seguridad también se recuerdan solo ahí y no se envían a nadie.',
  },
  readers: {
    title: 'Quién puede verlo',
    text: 'Tú ves lo tuyo. Las personas con las que hablas ven tu nombre de usuario o el nombre de la llamada, y lo que les envías. El equipo de moderación ve las denuncias. Quien gestiona el servidor puede leer la base de datos; por eso hay tan poco en ella. El relé que lleva las llamadas ve las direcciones de red de ambos mientras dura la llamada y no guarda ninguna.',
  },
  limits: {
    title: 'Lo que falta',
    text: 'Aún no hay un botón que borre una cuenta con todo lo que contiene, ni un plazo tras el que desaparezcan las denuncias. Borrar no alcanza a las copias de la base de datos hechas antes; a quien gestiona el servidor se le indica que las destruya a los 30 días.',
  },
  encryptionLead:
    'Las llamadas y los mensajes van cifrados entre tu dispositivo y el de la otra persona. Es una protección fuerte, y no lo es todo.',
  hidden: {
    talk: 'Lo que dices y enseñas en una llamada. El servidor y el relé solo pasan lo que no pueden abrir.',
    writing: 'Lo que escribes, y también las reacciones y los cambios.',
    files: 'Las fotos, las notas de voz y los archivos, con sus nombres.',
    'partner-address': 'Tu dirección de red ante la otra persona: los dos solo veis nuestro relé.',
  },
  open: {
    'who-and-when': 'El servidor sabe qué cuentas se encontraron, cuándo y cuánto tiempo, y cuándo se escribió cuánto.',
    'other-person': 'La otra persona puede grabar la pantalla con otro móvil. Ninguna técnica puede impedirlo.',
    'what-you-show': 'Una carta en la pared, una voz, una cara: lo que enseñas se puede reconocer.',
    report: 'Lo que alguien denuncia lo ve nuestro equipo de moderación: los mensajes o imágenes elegidos y nada más.',
    device:
      'Quien tiene tu dispositivo desbloqueado, o le ha puesto un programa espía, ve lo que tú ves. Contra lo primero ayuda el bloqueo de la aplicación.',
    page: 'La página viene de nuestro servidor. Quien entrara en él por la fuerza podría cambiarla.',
  },
}
