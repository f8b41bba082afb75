import type { SessionState } from './session-state.ts';

/** A session's row of pg_stat_activity; what it does is told to those who may know. */
export function activityFacts(state: SessionState, mayKnow: boolean): Readonly<Record<string, unknown>> {
  const { processId, role, connection, activity, block, settings } = state;
  const known = { pid: processId, role, application_name: settings.get('application_name') };
  if (!mayKnow) return { ...known, query: '<insufficient privilege>' };
  return {
    ...known,
    state: activity.state,
    query: activity.shownText,
    ...(activity.state !== 'active' && { wait_event_type: 'Client', wait_event: 'ClientRead' }),
    xact_start: block.state === 'none' ? null : time(block.startedAtMs),
    query_start: time(activity.textStartedAtMs),
    backend_start: time(activity.startedAtMs),
    state_change: time(activity.stateChangedAtMs),
    client_addr: connection?.client_addr,
    client_port: connection?.client_port,
    ssl: connection?.tls !== undefined,
    ...connection?.tls,
    gss_auth: false,
  };
}

function time(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
