/** Values of settings by lower-case name, at one moment: what SET made and what SET LOCAL laid over it. */
type Values = { readonly session: ReadonlyMap<string, string>; readonly local: ReadonlyMap<string, string> };

/**
 * The settings of one session. They follow the transaction: ROLLBACK takes a SET back, the end of the transaction
 * takes SET LOCAL back (PostgreSQL's guc.c). Values are text as SHOW prints it.
 */
export class SettingValues {
  readonly #defaults: Map<string, string>;
  #committed: Values = { session: new Map(), local: new Map() };
  #current: Values = this.#committed;
  /** Settings of the user's own, which are there from the first SET on, whatever becomes of its value. */
  readonly #met = new Set<string>();
  #savepoints: { readonly name: string; readonly values: Values }[] = [];
  /** Counts changes, so that what is made from the settings can be kept until the next one. */
  version = 0;

  /** What RESET goes back to: the server's values and those of the startup packet over them. */
  constructor(defaults: ReadonlyMap<string, string>) {
    this.#defaults = new Map(defaults);
  }

  get(name: string): string | undefined {
    return (
      this.#current.local.get(name) ??
      this.#current.session.get(name) ??
      this.#defaults.get(name) ??
      (this.#met.has(name) ? '' : undefined)
    );
  }

  /** Every value that is not the embedded Postgres' own. */
  all(): Map<string, string> {
    const met = [...this.#met].map((name) => [name, ''] as const);
    return new Map([...met, ...this.#defaults, ...this.#current.session, ...this.#current.local]);
  }

  defaultOf(name: string): string | undefined {
    return this.#defaults.get(name);
  }

  defaults(): ReadonlyMap<string, string> {
    return this.#defaults;
  }

  /** SET made it, or SET LOCAL. */
  isChanged(name: string): boolean {
    return this.#current.local.has(name) || this.#current.session.has(name);
  }

  set(name: string, value: string, isLocal: boolean): void {
    const { session, local } = this.#current;
    if (name.includes('.')) this.#met.add(name);
    if (isLocal) this.#become({ session, local: new Map(local).set(name, value) });
    else this.#become({ session: new Map(session).set(name, value), local: without(local, name) });
  }

  reset(name: string): void {
    const { session, local } = this.#current;
    this.#become({ session: without(session, name), local: without(local, name) });
  }

  /** All but those of `kept`. */
  resetAll(kept: readonly string[] = []): void {
    const keep = (values: ReadonlyMap<string, string>) => new Map([...values].filter(([name]) => kept.includes(name)));
    this.#become({ session: keep(this.#current.session), local: keep(this.#current.local) });
  }

  commit(): void {
    this.#savepoints = [];
    if (this.#current.local.size > 0) this.#become({ session: this.#current.session, local: new Map() });
    this.#committed = this.#current;
  }

  rollback(): void {
    this.#savepoints = [];
    this.#become(this.#committed);
  }

  savepoint(name: string): void {
    this.#savepoints.push({ name, values: this.#current });
  }

  rollbackTo(name: string): void {
    const at = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name);
    this.#become(this.#savepoints[at]!.values);
    this.#savepoints.length = at + 1;
  }

  release(name: string): void {
    this.#savepoints.length = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name);
  }

  #become(values: Values): void {
    if (values === this.#current) return;
    this.#current = values;
    this.version += 1;
  }
}

function without(values: ReadonlyMap<string, string>, name: string): ReadonlyMap<string, string> {
  if (!values.has(name)) return values;
  const left = new Map(values);
  left.delete(name);
  return left;
}
