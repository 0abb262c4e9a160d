import { fail, ok, blockId as blockIdSchema } from '@visavis/wire'
import type { RouteHandlers } from '../http/index.ts'
import type { Blocks } from './service.ts'

/** HTTP edge of blocking; who may is told by `ROUTES` and enforced before these run. */
export function blockRoutes(blocks: Blocks): Pick<RouteHandlers, 'createBlock' | 'listBlocks' | 'deleteBlock'> {
  return {
    async createBlock({ person, request }) {
      const { callId, accountId } = request
      const made =
        callId === undefined
          ? accountId && (await blocks.blockAccount(person.accountId, accountId))
          : await blocks.block(person.accountId, callId)
      if (!made) return fail('WIRE_INVALID')
      return made.ok ? ok({ blockId: made.value.blockId }) : made
    },

    async listBlocks({ person }) {
      const made = await blocks.list(person.accountId)
      return ok({ blocks: made.map(({ blockId, pseudonym, createdAtMs }) => ({ blockId, pseudonym, createdAtMs })) })
    },

    async deleteBlock({ person, params }) {
      const blockId = blockIdSchema.safeParse(params['blockId'])
      if (!blockId.success) return fail('NOT_FOUND')
      const lifted = await blocks.unblock(person.accountId, blockId.data)
      return lifted.ok ? ok({}) : lifted
    },
  }
}
