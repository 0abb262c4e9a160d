export { createInProcessBus } from './in-process.ts'
export { ACCOUNTS_TOLD_MAX, createNews, type News } from './news.ts'
