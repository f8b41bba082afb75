import { lruCache } from '../base/lru-cache.ts';
import type { LruCache } from '../base/lru-cache.ts';
import type { Analysis, PostgresResult } from '../postgres/postgres.ts';
import type { StatementContext } from './query.ts';
import type { Route } from './prepare-statement.ts';

/** What a statement means: enough to prepare it again without asking. */
export type Analysed = Pick<Analysis, 'parameterOids' | 'fields' | 'notices'> & {
  /** Relations of the mirror that it reads or writes. */
  readonly relations: readonly number[];
  /** How it is computed; raises 0A000 for what has no certified translation. */
  readonly route: () => Route;
};

export type AnalysisCacheLimits = {
  /** Memory for analysed and translated statements, roughly. */
  readonly analysisBytes: number;
  /** Memory for answers of statements that depend on nothing but their parameters. */
  readonly answerBytes: number;
};

/**
 * Analysed statements of one database that may come again. An analysis holds for the same text, parameter types, role
 * and settings, as long as the embedded Postgres knows the same relations, functions, roles and rights (its `version`).
 */
export class AnalysisCache {
  readonly #analyses: LruCache<Analysed>;
  /** See ConstantAnswers. */
  readonly answers: LruCache<PostgresResult>;
  #version = 0;
  #lastName = 0;

  constructor({ analysisBytes, answerBytes }: AnalysisCacheLimits) {
    this.#analyses = lruCache(analysisBytes);
    this.answers = lruCache(answerBytes);
  }

  find({ version, of }: AnalysisKey): Analysed | undefined {
    if (version === this.#version) return this.#analyses.get(of);
    this.#version = version;
    this.#analyses.clear();
    return undefined;
  }

  /** `tree` is the analysed tree's text, which says how much was read from it. */
  keep({ version, of }: AnalysisKey, analysed: Analysed, tree: string): void {
    if (version !== this.#version) return;
    this.#analyses.set(of, analysed, FIXED_BYTES + tree.length * BYTES_PER_TREE_CHARACTER);
  }

  /** Unlike all names before it. */
  newName(): string {
    this.#lastName += 1;
    return this.#lastName.toString(36);
  }
}

/** Everything an analysis depends on: the embedded Postgres' version, and the rest as one text. */
export type AnalysisKey = { readonly version: number; readonly of: string };

export function analysisKey(
  version: number,
  text: string,
  parameterOids: readonly number[],
  context: StatementContext,
  mode: string,
): AnalysisKey {
  return { version, of: `${mode} ${parameterOids.join()} ${contextText(context)}${text}` };
}

/** Whether both read every text alike. */
export function sameSettings(one: SettingsOf, other: SettingsOf): boolean {
  return one.settings === other.settings ? one.role === other.role : contextText(one) === contextText(other);
}

type SettingsOf = Pick<StatementContext, 'role' | 'settings'>;

/** The role and the settings that change meaning; `application_name` and settings of the user's own do not. */
function contextText({ role, settings }: SettingsOf): string {
  let all = `${role}\0`;
  for (const [name, value] of settings)
    if (name !== 'application_name' && !name.includes('.')) all += `${name}\0${value}\0`;
  return all;
}

/**
 * Whether the same text may be analysed to something else later: constants of date and time types are read when a
 * statement is analysed, and may say `now` or `today`. Texts that could hide such a word are not looked into.
 */
export function dependsOnTime(text: string, tree: string): boolean {
  if (/:consttype\s+1266\b/.test(tree)) return true;
  return TIME_CONSTANT.test(tree) && TIME_WORD.test(text);
}

/** Dates, timestamps, times, arrays and ranges of them, and types that are not PostgreSQL's own. */
const TIME_CONSTANT = /:consttype\s+(?:1082|1083|1114|1115|1182|1183|1184|1185|1270|39\d\d|45\d\d|61\d\d|\d{5,})\b/;
const TIME_WORD = /\\|[uU]&|(?:now|today|tomorrow|yesterday)|'\s*[\r\n]\s*'/i;

const FIXED_BYTES = 4000;
/** A parsed node takes several times its text. */
const BYTES_PER_TREE_CHARACTER = 8;
