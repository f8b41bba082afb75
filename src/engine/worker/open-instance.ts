import duckdb from '@duckdb/node-bindings';
import type { Connection, Database } from '@duckdb/node-bindings';
import { hostFunctions } from '../../translate/function/host-functions.ts';
import type { InstanceOptions } from './messages.ts';
import { registerHostFunction } from './register-host-function.ts';

/**
 * An in-memory instance that reaches nothing but the allowed folders: no network, no other file, no extension. Its
 * own temporary files are in one of those folders. Functions of the host are registered for all connections.
 */
export async function openInstance(options: InstanceOptions): Promise<Database> {
  const config = duckdb.create_config();
  const set = (name: string, value: string): void => duckdb.set_config(config, name, value);
  set('threads', options.threads.toString());
  set('memory_limit', options.memoryLimit);
  set('temp_directory', options.temporaryFolder);
  set('autoinstall_known_extensions', 'false');
  set('autoload_known_extensions', 'false');
  set('allow_community_extensions', 'false');
  const database = await duckdb.open(':memory:', config);
  const connection = await duckdb.connect(database);
  for (const sql of globalSettings(options)) await duckdb.query(connection, sql);
  for (const definition of hostFunctions) registerHostFunction(connection, definition);
  duckdb.disconnect_sync(connection);
  return database;
}

/** A new connection with its own settings. */
export async function openConnection(database: Database): Promise<Connection> {
  const connection = await duckdb.connect(database);
  await duckdb.query(connection, `SET streaming_buffer_size = '32MB'`);
  await duckdb.query(connection, `SET TimeZone = 'UTC'`);
  // Generated statements may sort by a constant.
  await duckdb.query(connection, `SET order_by_non_integer_literal = true`);
  return connection;
}

function globalSettings(options: InstanceOptions): readonly string[] {
  const folders = [...options.allowedFolders, options.temporaryFolder].map((folder) => quote(withSlash(folder)));
  return [
    `SET max_temp_directory_size = ${quote(options.temporaryLimit)}`,
    `SET allowed_directories = [${folders.join(', ')}]`,
    `SET preserve_insertion_order = true`,
    `SET parquet_metadata_cache = true`,
    // Data files are immutable: what was read once is still right.
    `SET validate_external_file_cache = 'NO_VALIDATION'`,
    `SET errors_as_json = false`,
    `SET enable_external_access = false`,
  ];
}

function withSlash(folder: string): string {
  return folder.endsWith('/') ? folder : `${folder}/`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
