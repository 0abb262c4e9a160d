import { describe, expect, it } from 'vitest'
import { createApi } from './api.ts'

const PARAMS = { fileId: 'f0000000-0000-4000-8000-000000000001', part: '3' }

function answering(response: () => Response) {
  const asked: { url: string; init: RequestInit }[] = []
  const api = createApi({
    fetch: async (url, init) => {
      asked.push({ url: url as string, init: init ?? {} })
      return response()
    },
  })
  return { api, asked }
}

describe('[WH3] routes that carry bytes', () => {
  it('[WH3] sends them as they are, under their own type', async () => {
    const { api, asked } = answering(() => Response.json({ complete: true }))
    const body = Uint8Array.of(1, 2, 3)
    expect(await api.call('putFilePart', { params: PARAMS, body })).toEqual({ ok: true, value: { complete: true } })
    expect(asked).toMatchObject([
      {
        url: `/api/files/${PARAMS.fileId}/parts/3`,
        init: { method: 'PUT', body, headers: { 'content-type': 'application/octet-stream' } },
      },
    ])
  })

  it('[WH3] gives them as they came, and a refusal as its code', async () => {
    const { api } = answering(() => new Response(Uint8Array.of(0, 255)))
    expect(await api.call('getFilePart', { params: PARAMS })).toEqual({
      ok: true,
      value: { bytes: Uint8Array.of(0, 255) },
    })
    const refusing = answering(() => Response.json({ code: 'FILE_GONE' }, { status: 404 })).api
    expect(await refusing.call('getFilePart', { params: PARAMS })).toEqual({ ok: false, code: 'FILE_GONE' })
    const odd = answering(() => new Response('<html>', { status: 502 })).api
    expect(await odd.call('getFilePart', { params: PARAMS })).toEqual({ ok: false, code: 'SERVER_INTERNAL' })
  })

  it('[WH3] takes a body that is cut off for a network that is away', async () => {
    const cut = () =>
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new Uint8Array(10)),
          pull: (controller) => controller.error(new Error('cut')),
        }),
      )
    expect(await answering(cut).api.call('getFilePart', { params: PARAMS })).toEqual({
      ok: false,
      code: 'NETWORK_OFFLINE',
    })
  })
})
