import type { House } from '../config/house.ts';
import type { GatewayClient } from './gateway-client.ts';

/** What an operator reads once clients can connect: who may, how, and (with the demo) what to try. */
export async function welcome(
  house: House,
  open: boolean,
  connect: (() => Promise<GatewayClient>) | undefined,
): Promise<string> {
  const database = house.databases.includes('bergwire') ? 'bergwire' : house.databases[0]!;
  const named = database === 'bergwire' ? '' : ` -d ${database}`;
  const lines = [
    `bergwire listens on ${house.host} port ${house.port}, databases: ${house.databases.join(', ')}`,
    ...(open ? ['No authentication is configured: only this machine can connect.'] : []),
    '',
    `  psql -h ${house.host} -p ${house.port} -U bergwire${named}`,
  ];
  if (connect) {
    await using client = await connect();
    lines.push('', 'Worth trying:', '', ...(await demoStatements(client)).map((statement) => `  ${statement}`));
  }
  return `${lines.join('\n')}\n\n`;
}

/** Five statements over the demo; the snapshot is the first of demo.orders. */
async function demoStatements(client: GatewayClient): Promise<readonly string[]> {
  const { rows } = await client.rows('SELECT snapshot_id FROM demo."orders$snapshots" ORDER BY committed_at LIMIT 1');
  return [
    'SELECT city, count(*), sum(amount) FROM demo.orders o JOIN demo.customers c ON c.id = o.customer_id GROUP BY city ORDER BY 3 DESC;',
    `SELECT status, count(*) FROM demo.orders AS OF SNAPSHOT ${rows[0]?.[0]} GROUP BY status;`,
    "DELETE FROM demo.events WHERE kind = 'error' AND happened_at < '2026-01-08';",
    'MERGE INTO demo.customers c USING (VALUES (1, 99.5), (1000000, 1)) v(id, credit) ON c.id = v.id ' +
      "WHEN MATCHED THEN UPDATE SET credit = v.credit WHEN NOT MATCHED THEN INSERT (id, name, city, credit) VALUES (v.id, 'New', 'Oslo', v.credit);",
    "EXPLAIN SELECT count(*) FROM demo.events WHERE happened_at >= '2026-01-15' AND happened_at < '2026-01-16';",
  ];
}
