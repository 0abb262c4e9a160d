/**
 * The 64 symbols of the call code: pictures that differ at a glance and whose names differ by ear. Names are spoken, so
 * they are in the translations (`call_code_words`), one word each, in this order.
 */
export const CODE_SYMBOLS = `
🐶 🐱 🦁 🐴 🐷 🐘 🐰 🐼 🐸 🐧 🐔 🦉 🐢 🐍 🐟 🐙
🦋 🐝 🌷 🌳 🌵 🍄 🌙 ☀️ ☁️ 🔥 ⚡ 🌈 ❄️ 🍌 🍎 🍓
🌽 🍕 🎂 ❤️ 🙂 🤖 🎩 👓 🔧 🎅 👍 ☂️ ⌛ ⏰ 🎁 💡
📕 ✏️ 📎 ✂️ 🔒 🔑 🔨 ☎️ 🏁 🚂 🚲 ✈️ 🚀 🏆 ⚽ 🎸
`
  .trim()
  .split(/\s+/)

export type CodeSymbol = { readonly picture: string; readonly word: string }

/** What people see and say. `words`: the translated names, separated by spaces. */
export function symbolsOf(code: readonly number[], words: string): readonly CodeSymbol[] {
  const names = words.split(' ')
  return code.map((index) => ({ picture: CODE_SYMBOLS[index] ?? '', word: names[index] ?? '' }))
}
