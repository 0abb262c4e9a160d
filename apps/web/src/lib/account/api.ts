import {
  errorBody,
  fail,
  ok,
  ROUTES,
  type Result,
  type RouteName,
  type RouteRequest,
  type RouteResponse,
} from '@visavis/wire'

export type ApiInput<N extends RouteName> = {
  /** Values for the `:name` parts of the path. */
  readonly params?: Readonly<Record<string, string>>
} & (RouteRequest<N> extends undefined ? { readonly body?: undefined } : { readonly body: RouteRequest<N> })

export type Api = {
  call<N extends RouteName>(
    name: N,
    ...input: RouteRequest<N> extends undefined ? [ApiInput<N>?] : [ApiInput<N>]
  ): Promise<Result<RouteResponse<N>>>
}

/**
 * The HTTP contracts of the server as functions. Never rejects: no answer is `NETWORK_OFFLINE`, an answer that is not
 * in the contract is `SERVER_INTERNAL`, and every other failure is the code the server gave.
 */
export function createApi(deps: { fetch: typeof fetch }): Api {
  return {
    call: async (name, ...[input]) => {
      const route = ROUTES[name]
      const answer = await send(deps.fetch, route.method, pathOf(route.path, input?.params ?? {}), input?.body)
      if (!answer.ok) return answer
      if ('out' in route) return bytesOf(answer.value) as Promise<Result<RouteResponse<typeof name>>>
      const json = await jsonOf(answer.value)
      if (!json.ok) return json
      const parsed = route.response.safeParse(json.value)
      return parsed.success ? ok(parsed.data as RouteResponse<typeof name>) : fail('SERVER_INTERNAL')
    },
  }
}

function pathOf(pattern: string, params: Readonly<Record<string, string>>): string {
  return pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
}

/** The answer of a success, its body unread. */
async function send(fetcher: typeof fetch, method: string, path: string, body: unknown): Promise<Result<Response>> {
  let response: Response
  try {
    response = await fetcher(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body === undefined ? {} : content(body)),
    })
  } catch {
    return fail('NETWORK_OFFLINE')
  }
  if (response.ok) return ok(response)
  const json = await jsonOf(response)
  if (!json.ok) return json
  const refusal = errorBody.safeParse(json.value)
  return refusal.success ? fail(refusal.data.code, refusal.data.retryAfterMs) : fail('SERVER_INTERNAL')
}

function content(body: unknown): Pick<RequestInit, 'headers' | 'body'> {
  if (!(body instanceof Uint8Array))
    return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return { headers: { 'content-type': 'application/octet-stream' }, body: body as Uint8Array<ArrayBuffer> }
}

async function jsonOf(response: Response): Promise<Result<unknown>> {
  try {
    return ok(await response.json())
  } catch {
    return fail('SERVER_INTERNAL')
  }
}

/** A body that was cut off is a connection that was. */
async function bytesOf(response: Response): Promise<Result<{ bytes: Uint8Array<ArrayBuffer> }>> {
  try {
    return ok({ bytes: new Uint8Array(await response.arrayBuffer()) })
  } catch {
    return fail('NETWORK_OFFLINE')
  }
}
