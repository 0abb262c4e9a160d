import type { Flag, FlagId } from './shape.ts'

export const flags: Readonly<Record<FlagId, Flag>> = {
  'asking-for-data': {
    title: 'Te piden tus datos',
    what: 'Tu dirección, tu trabajo, tu número, documentos, datos del banco o un código que llegó a tu móvil: por separado parecen inofensivos, juntos eres tú.',
    said: [
      '¿A qué colegio fuiste y cómo se llama tu madre?',
      'Te he mandado un código sin querer, ¿me lo lees?',
      'Solo una foto de tu carné, para saber que eres real.',
    ],
    answer: '«Eso no lo doy por internet.» No hacen falta razones, y quien te aprecia lo acepta.',
    next: 'Cambia de tema. Si vuelven a preguntar, vete.',
  },
  leaving: {
    title: 'Quieren irse de aquí enseguida',
    what: 'En otro sitio no hay botón para denunciar, ni pruebas, ni bloqueo que valga. Por eso quien tiene malas intenciones tiene tanta prisa por ir allí.',
    said: [
      'Aquí no entro casi nunca, escríbeme en la otra aplicación.',
      'Van a borrar mi cuenta, ¿cuál es tu número?',
      'Pincha aquí, nos vemos mejor.',
    ],
    answer: '«Prefiero quedarme aquí hasta que nos conozcamos mejor.»',
    next: 'No abras enlaces de desconocidos. Quédate hasta que os hayáis visto muchas veces y algunas cosas se hayan podido comprobar.',
  },
  money: {
    title: 'Se trata de dinero',
    what: 'Un préstamo, tarjetas regalo, un billete para visitarte, aduanas, criptomonedas, una inversión. Se llame como se llame, al final pagas tú.',
    said: [
      'Estoy tirado en el aeropuerto, te lo devuelvo el lunes.',
      '¿Me compras dos tarjetas regalo y me mandas los números?',
      'Mi tío me enseñó una forma segura, te la explico.',
    ],
    answer: '«No envío dinero a gente que no conozco en persona.» Y ni una palabra más.',
    next: 'Denúncialo. ¿Ya has pagado? Llama ahora a tu banco: a veces aún se puede parar.',
  },
  urgency: {
    title: 'Todo tiene que ser ahora',
    what: 'Un accidente, una detención, un plazo que acaba en una hora. La prisa está pensada para que no pienses ni preguntes a nadie.',
    said: [
      'No hay tiempo para explicaciones, por favor, ¡ya!',
      'Si no me ayudas esta noche, lo pierdo todo.',
      'No cuelgues y no se lo digas a nadie.',
    ],
    answer:
      '«Lo consulto con la almohada y antes hablo con alguien.» Para una emergencia de verdad hay un número de emergencias.',
    next: 'Deja el móvil una hora. Pregunta a una amiga o a un amigo qué le parece.',
  },
  'love-bombing': {
    title: 'El gran amor en dos días',
    what: 'Halagos sin fin, un futuro juntos, celos, y solo tú los entiendes. Sienta de maravilla, y después hace difícil decir que no.',
    said: [
      'Nunca había sentido algo así, eres mi alma gemela.',
      'Cuando nos casemos no tendrás que trabajar.',
      '¿Con quién has hablado? Creía que lo nuestro era especial.',
    ],
    answer: '«Vas demasiado rápido para mí.» Mira qué pasa: el cariño afloja el paso, el engaño se enfada.',
    next: 'Sigue viendo a tu gente. Pide algo real: una llamada con imagen, a una hora que elijas tú.',
  },
  'intimate-requests': {
    title: 'Insisten en cosas íntimas',
    what: 'Fotos, desnudarse, hablar de sexo sin que hayas dicho que quieres. Lo que alguien ha visto una vez se puede guardar y usar.',
    said: [
      'Yo te he enseñado lo mío, ahora te toca.',
      'No lo verá nadie, te lo prometo.',
      'Venga, no tengas vergüenza, solo un segundo.',
    ],
    answer: '«No.» Es una frase completa, también si antes dijiste que sí.',
    next: 'Vete y denuncia. Si ya hay imágenes tuyas por ahí, lee «Sextorsión» más abajo.',
  },
  coercion: {
    title: 'Te hacen sentir culpable',
    what: 'Dicen que les debes algo: porque fueron amables, porque están tristes, porque se harían daño. Presionar no es querer.',
    said: [
      'Con todo lo que he hecho por ti, me dejas en la estacada.',
      'Si me quisieras, lo harías.',
      'Si te vas ahora, me pasará algo y será culpa tuya.',
    ],
    answer: '«Siento que estés mal. Aun así no quiero.»',
    next: 'Si temes que alguien se haga daño, dile una línea de crisis o el número de emergencias, y denúncialo. No te toca a ti salvar a nadie a solas.',
  },
  threats: {
    title: 'Te amenazan o te chantajean',
    what: 'Con imágenes, con violencia, con contárselo a tu familia o a las autoridades. Con quien amenaza ya no hay nada que hablar.',
    said: [
      'Lo he grabado todo, paga o se lo mando a tus amigos.',
      'Sé dónde vives.',
      'Voy a denunciarte a extranjería.',
    ],
    answer: 'Nada. Ni respuesta, ni pago, ni súplicas.',
    next: 'Guarda las pruebas, denuncia, bloquea y llama a la policía o a una línea de ayuda. Si estás en peligro ahora, llama a emergencias.',
  },
  'own-data': {
    title: 'Vas a dar algo tuyo',
    what: 'En una buena charla se escribe enseguida un número o una dirección. La aplicación pregunta una vez antes de enviarlo y enseña lo que se sabría con ello.',
    said: [
      'Me encuentras en el 612 …',
      'Trabajo en la panadería de la estación, ¡pásate!',
      'Me llamo igual en todas partes, búscame.',
    ],
    answer: 'Puedes taparlo, quitarlo o enviarlo: decides tú.',
    next: 'Pregúntate: ¿se lo diría a alguien sentado a mi lado en el tren?',
  },
  contradictions: {
    title: 'Las historias no encajan',
    what: 'Primero 34 años, luego 41. Vive en Sevilla y luego nunca ha estado en España. Una cámara que cada vez se estropea de otra manera.',
    said: [
      'Se me ha roto la cámara. – La tengo en reparación. – Mi hermana tiene mi móvil.',
      'Soy hijo único. – Mi hermano se casa.',
      'Soy enfermera. – Vengo ahora mismo de la obra.',
    ],
    answer: '«La otra vez me contaste otra cosa. ¿Cuál es la verdad?»',
    next: 'Todo el mundo se confunde. Lo que cuenta es si te lo explican o se enfadan porque preguntas.',
  },
  impersonation: {
    title: 'Dicen ser alguien importante',
    what: 'Una persona famosa, una doctora, la policía o nuestro equipo. Nosotros nunca pedimos contraseña, código ni dinero, en ninguna llamada ni mensaje.',
    said: [
      'Soporte de Visavis: su cuenta se cerrará en una hora.',
      'Soy yo de verdad, esta es mi cuenta privada.',
      'Policía: debe pagar una multa por lo que ha visto.',
    ],
    answer: '«Ya llamo yo a su oficina.» Y usa un número que hayas buscado tú.',
    next: 'Denúncialo. Una marca azul en un nombre es solo un dibujo en un nombre.',
  },
}
