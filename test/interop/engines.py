"""Another engine over the gateway's own catalog: `engines.py spark|pyiceberg CATALOG_DB WAREHOUSE [JAR ...]`.

Reads one JSON request a line and answers each with one line. Requests: {"rows": TABLE, "columns": [...]} for the rows
as text, sorted; for Spark also {"sql": STATEMENT}; for PyIceberg {"append": TABLE, "rows": [...]},
{"overwrite": TABLE, "where": FILTER, "rows": [...]}, {"delete": TABLE, "where": FILTER}.
"""
import json
import sys

kind, database, warehouse, jars = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]


def text(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, (bytes, bytearray)):
        return "\\x" + bytes(value).hex()
    return str(value)


def answer(rows):
    return sorted(([text(v) for v in row] for row in rows), key=json.dumps)


def spark():
    from pyspark.sql import SparkSession

    conf = {
        "spark.jars": ",".join(jars),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        "spark.sql.catalog.bergwire": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.bergwire.type": "jdbc",
        "spark.sql.catalog.bergwire.uri": "jdbc:sqlite:file:" + database + "?busy_timeout=10000",
        "spark.sql.catalog.bergwire.warehouse": warehouse,
        "spark.sql.catalog.bergwire.jdbc.schema-version": "V1",
        "spark.sql.catalog.bergwire.cache-enabled": "false",
        "spark.sql.defaultCatalog": "bergwire",
    }
    builder = SparkSession.builder.master("local[2]")
    for key, value in conf.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")

    def handle(request):
        if "sql" in request:
            return answer(session.sql(request["sql"]).collect())
        columns = ", ".join("cast(%s as string)" % c for c in request["columns"])
        return answer(session.sql("select %s from %s" % (columns, request["rows"])).collect())

    return handle


def pyiceberg():
    import pyarrow as pa
    from pyiceberg.catalog.sql import SqlCatalog

    catalog = SqlCatalog("bergwire", uri="sqlite:///" + database, warehouse="file://" + warehouse)

    def arrow(table, rows):
        schema = table.schema().as_arrow()
        names = schema.names
        columns = [pa.array([row[i] for row in rows]).cast(schema.field(n).type) for i, n in enumerate(names)]
        return pa.Table.from_arrays(columns, schema=schema)

    def handle(request):
        if "rows" in request and "columns" in request:
            scan = catalog.load_table(request["rows"]).scan(selected_fields=tuple(request["columns"]))
            rows = scan.to_arrow().to_pylist()
            return answer([row[c] for c in request["columns"]] for row in rows)
        if "append" in request:
            table = catalog.load_table(request["append"])
            table.append(arrow(table, request["rows"]))
        elif "overwrite" in request:
            table = catalog.load_table(request["overwrite"])
            table.overwrite(arrow(table, request["rows"]), overwrite_filter=request["where"])
        else:
            catalog.load_table(request["delete"]).delete(request["where"])
        return []

    return handle


handle = spark() if kind == "spark" else pyiceberg()
for line in sys.stdin:
    try:
        reply = {"ok": handle(json.loads(line))}
    except Exception as error:
        reply = {"error": "%s: %s" % (type(error).__name__, str(error)[:2000])}
    print("@@" + json.dumps(reply), flush=True)
