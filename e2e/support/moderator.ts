import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, type Page } from '@playwright/test'
import type { RouteResponse } from '@visavis/wire'
import type { TestServer } from './server.ts'

const ROOT = path.join(import.meta.dirname, '..', '..')

/** As the operator does it: by the command, while the server does not run. Gives the password. */
export function makeModerator({ dataDir }: TestServer, handle: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, ['apps/server/src/staff-cli.ts', 'create', handle], {
    cwd: ROOT,
    env: { ...process.env, VISAVIS_DATA: dataDir, DATABASE_URL: '' },
    encoding: 'utf8',
  })
  const password = /shown only now: (\S+)/.exec(stdout)?.[1]
  if (!password) throw new Error(`no moderator was made: ${stderr}`)
  return password
}

/** What the moderator's browser shows at that address. */
async function readJson(page: Page, address: string): Promise<unknown> {
  const answer = await page.goto(address)
  expect(answer?.status()).toBe(200)
  return answer?.json()
}

/** A report of messages, opened, with its verdict. */
export async function readReport(page: Page, reportId: string): Promise<RouteResponse<'readMessageReport'>> {
  return (await readJson(page, `/staff/message-reports/${reportId}`)) as RouteResponse<'readMessageReport'>
}

/** Its line in the list of open reports. */
export async function listedReport(page: Page, reportId: string) {
  const { reports } = (await readJson(page, '/staff/reports')) as RouteResponse<'listReports'>
  return reports.find((report) => report.reportId === reportId)
}
