/** A store that is out of reach once its process is dead; a write on the way may still happen, its answer never comes. */
export function mortal<T extends object>(store: T, life: { readonly over: boolean }): T {
  const dead = () => new Promise<never>(() => undefined)
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return async (...given: unknown[]) => {
        if (life.over) return dead()
        const result: unknown = await Reflect.apply(member, target, given)
        return life.over ? dead() : result
      }
    },
  })
}
