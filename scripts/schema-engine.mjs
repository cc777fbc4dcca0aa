// Prisma's schema engine as WebAssembly, over pg: compares schemas and reads databases without a download.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import pg from "pg";

// adapter-pg has no mapping for pg's internal "char" (oid 18), in which the catalogs keep their flags: it passes as bpchar here, and
// `asCharacters` restores the type where the engine insists on it
const addFields = pg.Result.prototype.addFields;
pg.Result.prototype.addFields = function withCharAsText(fields) {
  for (const field of fields) if (field.dataTypeID === 18) field.dataTypeID = 1042;
  return addFields.call(this, fields);
};

function asCharacters(connection) {
  const queryRaw = connection.queryRaw.bind(connection);
  connection.queryRaw = async (query) => {
    const result = await queryRaw(query);
    const columnTypes = result.columnTypes.map((type, index) =>
      result.columnNames[index] === "constraint_type" ? ColumnTypeEnum.Character : type,
    );
    return { ...result, columnTypes };
  };
  return connection;
}

/**
 * Single fields instead of a connection string: pg lets a connection string override `database`, which the shadow database needs.
 * @param {string} address
 */
export function connectionOptions(address) {
  const { hostname, port, username, password, pathname } = new URL(address);
  return {
    host: hostname,
    port: port === "" ? 5432 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
  };
}

/**
 * An engine on the database `url`; without one it only compares schema files.
 * @param {{ url?: string, datamodels?: string[][] }} options
 */
export async function createEngine({ url, datamodels = [] }) {
  const folder = dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg"));
  const bindings = await import(pathToFileURL(join(folder, "schema_engine_bg.js")).href);
  const wasm = readFileSync(join(folder, "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(wasm, { "./schema_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  const factory = bindMigrationAwareSqlAdapterFactory(adapterFor(connectionOptions(url ?? "postgresql://unused@localhost/unused")));
  return bindings.SchemaEngine.new({ datamodels: datamodels.length > 0 ? datamodels : undefined }, () => {}, factory);
}

function adapterFor(options) {
  const adapter = new PrismaPg(options);
  const connect = adapter.connect.bind(adapter);
  adapter.connect = async () => asCharacters(await connect());
  // adapter-pg drops the shadow database before it closes its own pool on it
  adapter.connectToShadowDb = async () => {
    const outer = await adapter.connect();
    const database = `prisma_migrate_shadow_db_${crypto.randomUUID()}`;
    await outer.executeScript(`CREATE DATABASE "${database}"`);
    const inner = asCharacters(await new PrismaPg({ ...options, database }).connect());
    const dispose = inner.dispose.bind(inner);
    inner.dispose = async () => {
      await dispose();
      await outer.executeScript(`DROP DATABASE "${database}" WITH (FORCE)`);
      await outer.dispose();
    };
    return inner;
  };
  return adapter;
}

const NOISE = /^\/\/\/ This (table|model) .*\n/gm;

/**
 * The Prisma schema of the database `url`: the generator and datasource of `current`, and one model per table.
 * @param {{ url: string, file: string, current: string }} options
 * @returns {Promise<string>}
 */
export async function readSchema({ url, file, current }) {
  const models = current.search(/^(\/\/\/.*\n)*model /m);
  const content = models === -1 ? current : current.slice(0, models);
  const engine = await createEngine({ url, datamodels: [[file, content]] });
  const result = await engine.introspect({
    schema: { files: [{ path: file, content }] },
    baseDirectoryPath: dirname(file),
    force: true,
    compositeTypeDepth: -1,
    namespaces: null,
  });
  return result.schema.files[0].content.replaceAll(NOISE, "");
}
