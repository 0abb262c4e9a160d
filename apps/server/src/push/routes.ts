import type { RouteHandlers } from '../http/index.ts'
import type { Push } from './service.ts'

/** HTTP edge of pushes; that somebody is signed in is told by `ROUTES`, and everything is of the session's own device. */
export function pushRoutes(push: Push): Pick<RouteHandlers, 'getPush' | 'setPush' | 'deletePush'> {
  return {
    getPush: ({ person }) => push.state(person),
    setPush: ({ person, request }) => push.subscribe(person, request.endpoint),
    deletePush: ({ person }) => push.unsubscribe(person),
  }
}
