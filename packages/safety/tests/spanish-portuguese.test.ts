import { describe, expect, it } from 'vitest'
import { checkHandle, createEngine, FRESH_STATE, type Finding, type State } from '../src/index.ts'
import { deliveredPack } from './small-pack.ts'

/**
 * The Spanish and the Portuguese pack as they are delivered. In a script `<` is what the other person writes and `>` what the user
 * does; behind `|` stand the flags that have to be told. Where nothing stands, nothing may be told. Every line is a first message.
 */
const packs = { es: deliveredPack('es'), pt: deliveredPack('pt') } as const
type Language = keyof typeof packs
const languages: readonly Language[] = ['es', 'pt']
const engines = { es: createEngine([packs.es]), pt: createEngine([packs.pt]) } as const

const ATTACKS: Readonly<Record<Language, string>> = {
  es: `
    < pásame tu número porfa | pii_request
    < me podés dar tu dirección exacta? | pii_request
    < necesito una foto de su cédula por los dos lados | pii_request
    < te llegó un código por sms, ¿me lo pasas? | pii_request
    < ¿cuál es tu contraseña de instagram? | pii_request
    < agrégame al insta mejor | leave_platform
    < ¿seguimos por telegram? | leave_platform
    < vámonos a otra app más privada | leave_platform
    < préstame 200 euros, te los devuelvo el lunes | money
    < compra tres tarjetas de steam y mándame foto | money
    < mi vida, invierte conmigo y duplica tu dinero | money
    < apúrate y mándamelo ya, no hay tiempo que perder | urgency
    < tienes 10 minutos o tu cuenta será bloqueada | urgency
    < eres el amor de mi vida | love_bombing
    < cásate conmigo, mi reina | love_bombing
    < mándame nudes | intimate_request
    < quítate la camiseta para mí | intimate_request
    < si me quisieras de verdad lo harías | coercion
    < no le digas a nadie, es nuestro secreto | coercion
    < te voy a matar | threat
    < voy a publicar tus fotos y se las mando a tu familia | threat`,
  pt: `
    < me passa teu número? | pii_request
    < podes dar-me a tua morada completa? | pii_request
    < manda foto do seu rg frente e verso | pii_request
    < chegou um código aí, me passa por favor | pii_request
    < qual é a sua senha do banco? | pii_request
    < me chama no zap | leave_platform
    < vamos falar no telegram | leave_platform
    < bora pra outro app mais privado | leave_platform
    < me empresta 200 reais? devolvo segunda | money
    < faz um pix de 50 pra mim | money
    < investe comigo e dobra seu dinheiro | money
    < você tem 10 minutos ou sua conta será bloqueada | urgency
    < minha mãe está no hospital, me ajuda agora | urgency
    < você é o amor da minha vida | love_bombing
    < casa comigo, minha rainha | love_bombing
    < manda nudes | intimate_request
    < tira a blusa pra mim | intimate_request
    < se você me amasse de verdade faria isso | coercion
    < não conta pra ninguém, é nosso segredo | coercion
    < eu vou te matar | threat
    < vou postar suas fotos e mandar pra sua família | threat`,
}

const EVASIONS: Readonly<Record<Language, string>> = {
  es: `
    < dame tu num3ro de t3lefono | pii_request
    < c o n t r a s e ñ a de tu insta? dámela | pii_request
    < agrégame al w.h.a.t.s.a.p.p | leave_platform
    < mándame nud3s | intimate_request
    < t3 v0y a m4tar | threat`,
  pt: `
    < me passa teu núm3r0 | pii_request
    < me chama no w.h.a.t.s.a.p.p | leave_platform
    < me empr3sta 200 r3ais? | money
    < manda nud3s | intimate_request
    < v0u te m4tar | threat`,
}

const OWN: Readonly<Record<Language, string>> = {
  es: `
    > mi número es el 612 345 678 | own_pii
    > llámame al seis uno dos, tres cuatro cinco, seis siete ocho | own_pii
    > vivo en la calle Mayor 23, piso 4 | own_pii
    > mi contraseña es pepito123 | own_pii
    > ana punto lopez arroba gmail punto com | own_pii
    > mi dni es 12345678Z | own_pii
    > te paso mi cuenta: ES91 2100 0418 4502 0005 1332 | own_pii
    > tengo 34 años y dos gatos
    > soy de un pueblo del norte`,
  pt: `
    > meu número é 912 345 678 | own_pii
    > moro na rua das Flores 23 | own_pii
    > minha senha é pedrinho123 | own_pii
    > ana ponto lopes arroba gmail ponto com | own_pii
    > meu cpf é 529.982.247-25 | own_pii
    > tenho 34 anos e dois gatos
    > sou do interior de Minas`,
}

const SILENT: Readonly<Record<Language, string>> = {
  es: `
    < hola, ¿de dónde eres?
    < ¿cuántos años tienes? yo 25
    < mi mamá me mata si llego tarde, jaja
    < borré instagram porque perdía mucho tiempo
    < mi abuela está en el hospital pero ya está mejor
    < tengo que pagar el alquiler mañana, qué caro todo
    < ¿cuál es tu número favorito?
    < el café caliente es lo mejor del mundo
    < ¡qué rico, pásame la receta!
    < te quiero preguntar algo: ¿tocas la guitarra?
    < nunca presto mis libros, no me los devuelven
    < voy a coger el bus, hablamos luego
    < tranquila, tómate tu tiempo`,
  pt: `
    < oi, de onde você é?
    < quantos anos tens? eu tenho 25
    < minha mãe me mata se eu chegar tarde kkk
    < apaguei o instagram porque perdia muito tempo
    < minha avó está no hospital mas já está melhor
    < tenho que pagar o aluguel amanhã, tudo caro
    < qual é o seu número favorito?
    < café quente é a melhor coisa do mundo
    < que delícia, me passa a receita!
    < nunca empresto meus livros, não devolvem
    < vou pegar o ônibus, falamos depois
    < não se preocupa, no seu tempo`,
}

function expectEach(language: Language, script: string): void {
  for (const line of script.trim().split('\n')) {
    const [said = '', expected = ''] = line.trim().split(' | ')
    const direction = said.startsWith('>') ? 'out' : 'in'
    const flags = new Set(engines[language].check({ text: said.slice(2), direction }).findings.map(({ flag }) => flag))
    if (expected === '') expect([...flags], said).toEqual([])
    else expect([...flags], said).toContain(expected)
  }
}

function replay(language: Language, texts: readonly string[]): readonly Finding[] {
  let state: State = FRESH_STATE
  let last: readonly Finding[] = []
  for (const text of texts) {
    const checked = engines[language].check({ text, direction: 'in', state })
    state = checked.state
    last = checked.findings
  }
  return last
}

describe.each(languages)('the pack %s', (language) => {
  it('[S1-S7, SF10] tells what is asked, offered and threatened', () => {
    expectEach(language, ATTACKS[language])
  })

  it('[SF4-SF6] sees through letters that hide', () => {
    expectEach(language, EVASIONS[language])
  })

  it('[S10, SF7-SF9] tells of one’s own data, also spelled out', () => {
    expectEach(language, OWN[language])
  })

  it('[SF13] keeps silent where people just talk', () => {
    expectEach(language, SILENT[language])
  })
})

describe('contradictions', () => {
  it.each([
    ['es', ['tengo 45 años y soy ingeniero', 'ya tengo 52 años'], 'changed_age'],
    ['es', ['no tengo hijos', 'mi hija está enferma'], 'changed_family'],
    ['es', ['soy soltero', 'mi esposa no lo sabe'], 'changed_relationship'],
    ['es', ['vivo en Madrid', 'vivo en Lima, cerca del mar'], 'changed_home'],
    ['pt', ['tenho 45 anos', 'já tenho 52 anos'], 'changed_age'],
    ['pt', ['não tenho filhos', 'minha filha está doente'], 'changed_family'],
    ['pt', ['sou viúvo', 'minha esposa não sabe'], 'changed_relationship'],
    ['pt', ['moro em Lisboa', 'moro em Recife'], 'changed_home'],
  ] as const)('[S8, SF18, SF19] %s: %j is %s', (language, texts, reason) => {
    expect(replay(language, texts)).toContainEqual(expect.objectContaining({ flag: 'inconsistent', reasonId: reason }))
  })

  it.each([
    ['es', ['vivo en Medellín', 'vivo en Colombia']],
    ['es', ['tengo 45 años', 'cumplí 46 años ayer']],
    ['pt', ['moro em Curitiba', 'moro no Brasil']],
    ['pt', ['tenho 45 anos', 'fiz 46 anos ontem']],
  ] as const)('[S8, SF19] %s: %j may both be true', (language, texts) => {
    expect(replay(language, texts).filter(({ flag }) => flag === 'inconsistent')).toEqual([])
  })
})

describe('handles', () => {
  it.each([
    ['es', 'maria_garcia', 'real_name'],
    ['es', 'soporte_oficial', 'poses_as_staff'],
    ['pt', 'joao.silva', 'real_name'],
    ['pt', 'anitta_oficial', 'poses_as_celebrity'],
  ] as const)('[S9, SF22] %s: %s shows %s', (language, handle, reason) => {
    expect(checkHandle([packs[language]], handle).map(({ reasonId }) => reasonId)).toContain(reason)
  })
})
