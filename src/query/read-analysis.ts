import type { Analysis } from '../postgres/postgres.ts';
import { relationOids } from '../tree/relation-oids.ts';
import { readTree } from '../tree/read-tree.ts';
import { translateModify } from '../translate/translate-modify.ts';
import { translateQuery } from '../translate/translate-query.ts';
import type { DatabaseParts } from './database-parts.ts';
import type { ModifyTranslation, Translation } from '../translate/translate.ts';
import type { TextSettings } from '../pgtype/pgtype.ts';
import type { StatementContext } from './query.ts';
import type { Route } from './prepare-statement.ts';

export type TranslatedAnalysis = {
  /** Relations of the mirror that the statement reads or writes. */
  readonly relations: readonly number[];
  /** How the engine computes it; raises 0A000 for what has no certified translation. */
  readonly route: () => Route;
};

/** Reads the analysed tree, and translates it on demand. */
export function readAnalysis(
  parts: DatabaseParts,
  analysis: Analysis,
  text: string,
  context: StatementContext,
): TranslatedAnalysis {
  const query = readTree(analysis.tree);
  const environment = {
    relation: (oid: number) => parts.postgres.mirror.byOid(oid),
    fields: analysis.fields,
    text,
    customText: !isDefaultText(context.text),
  };
  return {
    relations: [...relationOids(query)].filter((oid) => parts.postgres.mirror.byOid(oid) !== undefined),
    route: () => {
      if (query.commandType === 'select') {
        const translate = (numericScales?: ReadonlyMap<number, number>): Translation =>
          translateQuery(query, { ...environment, ...(numericScales && { numericScales }) });
        return { kind: 'select', translation: translate(), translate };
      }
      const translate = (numericScales?: ReadonlyMap<number, number>): ModifyTranslation =>
        translateModify(query, { ...environment, ...(numericScales && { numericScales }) });
      return { kind: 'modify', translation: translate(), translate };
    },
  };
}

function isDefaultText(settings: TextSettings): boolean {
  return (
    /^ISO\b/i.test(settings.dateStyle) &&
    settings.intervalStyle === 'postgres' &&
    settings.extraFloatDigits > 0 &&
    settings.byteaOutput === 'hex'
  );
}
