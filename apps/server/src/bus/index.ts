export { createInProcessBus } from './in-process.ts'
export { createNews, type News } from './news.ts'
