import type { Advice } from './shape.ts'

export const advice: Advice = {
  notEmergency: {
    title: 'Visavis no es un servicio de emergencias',
    text: 'No podemos enviarte a nadie y nadie vigila las llamadas. Si alguien está en peligro, llama ahora al número de emergencias de tu zona.',
  },
  tips: {
    leave: {
      title: 'Vete en cuanto algo no te guste',
      text: 'Siguiente, o Esc dos veces. No debes explicaciones a nadie, y a nadie se le dice el motivo.',
    },
    slow: {
      title: 'Tómate tu tiempo',
      text: 'Quien viene con buenas intenciones puede esperar a mañana. La prisa es la herramienta de quien no las tiene.',
    },
    background: {
      title: 'Mira qué se ve detrás de ti',
      text: 'Las cartas, un uniforme o la vista de la ventana dicen dónde vives. Un fondo oculta la habitación.',
    },
    personal: {
      title: 'Guárdate tus datos',
      text: 'Tu nombre completo, dirección, trabajo, número y otras cuentas son tuyos hasta que conozcas a alguien de verdad.',
    },
    money: {
      title: 'No envíes dinero nunca',
      text: 'Ni transferencias, ni tarjetas regalo, ni criptomonedas, ni «préstamos», sea cual sea la historia. Es el truco más común de todos.',
    },
    'look-up': {
      title: 'Comprueba lo que se pueda comprobar',
      text: 'Pide algo pequeño ante la cámara: un saludo, una palabra, la fecha de hoy en un papel. Una excusa cada vez también es una respuesta.',
    },
    'tell-somebody': {
      title: 'Cuéntaselo a alguien de confianza',
      text: 'Antes de quedar en persona por primera vez: dónde, con quién, hasta cuándo. Quedad en un lugar público y vuelve por tus propios medios.',
    },
    report: {
      title: 'Denuncia y bloquea',
      text: 'También si ya te has ido. Basta un clic, y proteges a la siguiente persona.',
    },
  },
  guidelines: {
    adults: {
      title: 'Solo para personas adultas',
      text: 'Nadie menor de 18 años debe ponerse ante la cámara. Vete si crees que la otra persona lo es.',
    },
    consent: {
      title: 'Pregunta primero y para ante un no',
      text: 'Al empezar, cada cual ve los límites del otro. Desnudez y charla íntima solo si ambos han dicho que quieren.',
    },
    recording: {
      title: 'No grabes',
      text: 'Nada de capturas, grabaciones ni compartir lo que has visto u oído.',
    },
    hate: {
      title: 'Sin odio ni amenazas',
      text: 'A nadie se le insulta ni se le asusta por quién es, por lo que cree o por su origen.',
    },
    honesty: {
      title: 'No vendas, no pidas, no mientas',
      text: 'Nada de pedir dinero, dar consejos de inversión ni hacerse pasar por otra persona.',
    },
  },
  afterReport: {
    title: 'Qué pasa después de una denuncia',
    text: 'Una persona de nuestro equipo la mira en un plazo de 24 horas. A la otra persona nunca se le dice quién la ha denunciado. Te queda un comprobante en los ajustes.',
  },
  patterns: {
    'romance-scam': {
      title: 'La estafa amorosa',
      story:
        'Alguien encantador escribe cada día, habla pronto de amor y nunca puede quedar ni enseñar la cara: es militar, ingeniera en una plataforma petrolífera, médico en el extranjero. Semanas después hay una urgencia y solo tú puedes ayudar. Después vendrá otra.',
      steps: [
        'No envíes nada más, siga como siga la historia. El dinero perdido no vuelve pagando otra vez.',
        'Busca las fotos y el nombre junto con la palabra «estafa».',
        'Habla con alguien que no conozca a esa persona. Les ha pasado a personas muy listas; no hay de qué avergonzarse.',
        'Si ya has pagado, llama enseguida a tu banco, guarda los mensajes y denuncia ante la policía.',
      ],
    },
    sextortion: {
      title: 'Sextorsión: chantaje con imágenes íntimas',
      story:
        'Un coqueteo se vuelve íntimo muy rápido, te piden que te desnudes ante la cámara y a los pocos minutos llega la amenaza: paga, o todos tus conocidos recibirán la grabación. Muchas veces la otra imagen también era un vídeo. Es un negocio que asusta a mucha gente a la vez. No tienes la culpa.',
      steps: [
        'No pagues. A quien paga le vuelven a pedir. A la mayoría de quienes no pagan los dejan en paz a los pocos días.',
        'Deja de contestar, pero no borres nada: mensajes, nombres, números de cuenta. Aquí puedes guardar las pruebas de la llamada.',
        'Denuncia y bloquea a esa persona, aquí y donde más te haya escrito. Pon tus listas de amistades en privado.',
        'StopNCII.org crea en tu propio dispositivo una huella de la imagen para que las grandes plataformas puedan rechazarla. La imagen se queda contigo.',
        'Cuéntaselo hoy a alguien. Si piensas en hacerte daño, llama ahora a una línea de crisis: esto pasa, y hay quien ayuda.',
      ],
    },
    'code-theft': {
      title: 'El código que te piden',
      story:
        'Alguien dice que te ha enviado un código por error, o que lo necesita para comprobar que eres real. Ese código abre tu cuenta, tu mensajería o tu banco. Después escriben a tus amistades en tu nombre.',
      steps: [
        'No digas a nadie un código que llegó a tu móvil, tampoco a quien dice ser de «soporte».',
        'Si ya lo has dado: entra, cambia la contraseña, cierra las demás sesiones y activa un segundo factor.',
        'Avisa a tus amistades de que los mensajes con tu nombre quizá no sean tuyos.',
      ],
    },
    'investment-trick': {
      title: 'La inversión que siempre gana',
      story:
        'Ni siquiera te piden dinero: solo te enseñan, con toda amabilidad, cómo ganan con criptomonedas u oro. En una web que parece auténtica tus primeras sumas crecen e incluso vuelven. Luego las grandes quedan bloqueadas por «impuestos» y «comisiones».',
      steps: [
        'No inviertas en nada que te recomiende alguien de internet, tampoco una cantidad pequeña para probar.',
        'No pagues ninguna comisión para recuperar tu dinero. Es la segunda mitad del engaño.',
        'Quien ofrece recuperar lo perdido a cambio de un pago suele ser la misma gente.',
        'Avisa a tu banco y a la policía; guarda la dirección de la web y de los monederos.',
      ],
    },
    'job-offer': {
      title: 'El trabajo fácil y el contrato de modelo',
      story:
        'Trabajo fácil, buen dinero, y empieza fuera de aquí, ahora mismo: una sesión de fotos, reenviar paquetes, prestar una cuenta. Acaba con fotos en malas manos, o con la policía en tu puerta.',
      steps: [
        'No sigas con nadie que ofrece trabajo a un desconocido en una llamada.',
        'No reenvíes nunca paquetes ni dinero de otros: puede ser delito, y a quien encuentran es a ti.',
        'No envíes copia de tu documento de identidad. Si ya lo has hecho, pregunta a la policía y a tu banco qué hacer.',
      ],
    },
  },
}
