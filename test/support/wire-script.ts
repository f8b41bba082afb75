import type { BackendMessage } from 'pg-protocol/dist/messages.js';
import { frontendBytes } from './frontend-bytes.ts';
import type { ScriptMessage } from './frontend-bytes.ts';
import { printAnswer } from './print-answer.ts';
import { RawClient } from './raw-client.ts';
import type { Target } from './raw-client.ts';
import { runScript } from './script.ts';
import type { ScriptStep } from './script.ts';

/**
 * Runs a wire script against a server. Directives:
 *
 *     send [client=NAME]            each line of input is a message (frontend-bytes.ts)
 *     until NAME [client=NAME] ...  the answers up to the next one called NAME (pg-protocol's names)
 *     close [client=NAME]           waits for the server to close the connection
 *
 * A client connects when it is first named. `only=postgres` and `only=gateway` mark a difference that is justified;
 * a comment above says why. Expectations are PostgreSQL's: REWRITE=1 rewrites them from there, and those of
 * `only=gateway` from the gateway.
 */
export async function runWireScript(path: string, target: Target, which: 'postgres' | 'gateway'): Promise<void> {
  const clients = new Map<string, RawClient>();
  try {
    await runScript(path, async (step) => {
      const only = option(step, 'only');
      if (only !== undefined && only !== which) return step.expected;
      const answer = await runStep(step, await clientOf(step, clients, target));
      // The gateway's answers never become expectations of PostgreSQL.
      return process.env.REWRITE === '1' && which === 'gateway' && only === undefined ? step.expected : answer;
    });
  } finally {
    for (const client of clients.values()) client[Symbol.dispose]();
  }
}

async function clientOf(step: ScriptStep, clients: Map<string, RawClient>, target: Target): Promise<RawClient> {
  const name = option(step, 'client') ?? '';
  const known = clients.get(name);
  if (known !== undefined) return known;
  const client = await RawClient.login(target);
  clients.set(name, client);
  await client.until('readyForQuery');
  return client;
}

async function runStep(step: ScriptStep, client: RawClient): Promise<string> {
  switch (step.directive) {
    case 'send':
      client.send(...step.input.split('\n').map((text) => frontendBytes(JSON.parse(text) as ScriptMessage)));
      return '';
    case 'until':
      return printAnswers(await client.until(step.words[0]!));
    case 'close':
      await client.end();
      return printAnswers(client.answers.splice(0));
    default:
      throw new Error(`line ${step.line}: unknown directive "${step.directive}"`);
  }
}

/**
 * Without the settings that only newer versions of PostgreSQL report (the embedded one does), and without the number of
 * the session's schema of temporary objects.
 */
function printAnswers(answers: readonly BackendMessage[]): string {
  return answers
    .map(printAnswer)
    .filter((answer) => !/^\{"ParameterStatus":\["(search_path|scram_iterations)"/.test(answer))
    .join('\n')
    .replace(/\bpg_temp_\d+\b/g, 'pg_temp_N');
}

function option(step: ScriptStep, name: string): string | undefined {
  return step.words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}
