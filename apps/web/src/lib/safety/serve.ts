import { checkHandle, createEngine, type Engine, type NamePack, type PhoneNumbers, type Reason } from '@visavis/safety'
import { readQuestion, type Answer, type EngineLine, type Question } from './protocol.ts'
import type { LoadedPack } from './pack-library.ts'
import type { PackVersion } from './types.ts'

export type EngineServer = {
  /** Another one who asks; each is answered in order. */
  connect(line: EngineLine): void
  /** Reads the packs of these languages, and uses them from the next question on. */
  choose(languages: readonly string[]): void
  /** There are newer packs. */
  reload(): void
}

type Ready = {
  readonly engine: Engine
  readonly names: readonly NamePack[]
  readonly versions: readonly PackVersion[]
}

/**
 * The engine in its worker: reads the packs, and answers whoever has a line, one question after the other. Remembers nothing
 * of anybody: the state of a conversation comes with the question and goes with the answer.
 */
export function serveEngine(deps: {
  readonly load: (languages: readonly string[]) => Promise<readonly LoadedPack[]>
  readonly phones: () => Promise<PhoneNumbers>
}): EngineServer {
  const lines = new Set<EngineLine>()
  let chosen: readonly string[] = []
  let ready: Ready | undefined
  let hasFailed = false
  let loads = 0
  let opened: () => void = () => undefined
  const first = new Promise<void>((resolve) => (opened = resolve))

  async function load(languages: readonly string[]): Promise<Ready> {
    const [packs, phones] = await Promise.all([deps.load(languages), deps.phones()])
    const names = packs.map(({ pack }) => pack)
    return {
      engine: createEngine(names, phones),
      names,
      versions: packs.map(({ language, version, source }) => ({ language, version, source })),
    }
  }

  function choose(languages: readonly string[]): void {
    chosen = languages
    loads += 1
    const own = loads
    load(languages).then(
      (made) => {
        if (own !== loads) return
        const isFirst = ready === undefined
        ready = made
        hasFailed = false
        if (isFirst) tellAll({ kind: 'ready' })
        opened()
      },
      () => {
        // An engine that works goes on with what it has.
        if (own !== loads || ready) return
        hasFailed = true
        tellAll({ kind: 'failed' })
      },
    )
  }

  function tellAll(answer: Answer): void {
    for (const line of lines) line.post(answer)
  }

  function answered(question: Question): Answer {
    const { id } = question
    if (!ready) return { kind: 'refused', id }
    if (question.kind === 'versions') return { kind: 'versions', id, versions: ready.versions }
    try {
      if (question.kind === 'name') return { kind: 'named', id, poses: posesOf(ready.names, question.name) }
      return { kind: 'checked', id, checked: ready.engine.check(question.message) }
    } catch {
      // A bug of ours, and nothing of the text may leave with it: that it was not checked is all there is to say.
      return { kind: 'refused', id }
    }
  }

  return {
    choose,
    reload: () => choose(chosen),
    connect(line) {
      lines.add(line)
      line.listen((data) => {
        const { id, question } = readQuestion(data)
        if (question) void first.then(() => line.post(answered(question)))
        else if (id !== undefined) line.post({ kind: 'refused', id })
      })
      if (ready) line.post({ kind: 'ready' })
      else if (hasFailed) line.post({ kind: 'failed' })
    },
  }
}

/** The rest of what is known of names is advice for those who choose one. */
function posesOf(packs: readonly NamePack[], name: string): readonly Reason[] {
  const poses = checkHandle(packs, name).filter(({ flag }) => flag === 'impersonation')
  return [...new Set(poses.map(({ reasonId }) => reasonId))]
}
