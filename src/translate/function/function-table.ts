/** The whitelist: every signature that can be translated, and how. Tables per kind of function are merged here. */
import type { AggregateTemplate, ScalarTemplate, WindowTemplate } from './template.ts';

/** Functions, operators' functions and casts (`io(source,target)` for casts through text). */
export function scalarTemplate(signature: string): ScalarTemplate | undefined {
  return scalarTemplates[signature];
}

export function aggregateTemplate(signature: string): AggregateTemplate | undefined {
  return aggregateTemplates[signature];
}

export function windowTemplate(signature: string): WindowTemplate | undefined {
  return windowTemplates[signature];
}

export const scalarTemplates: Readonly<Record<string, ScalarTemplate>> = {};
export const aggregateTemplates: Readonly<Record<string, AggregateTemplate>> = {};
export const windowTemplates: Readonly<Record<string, WindowTemplate>> = {};
