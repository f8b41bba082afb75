"""Writes the TPC-H tables as Iceberg tables of namespace tpch: tpch-tables.py FOLDER SCALE.

FOLDER is a gateway's working folder: the catalog becomes FOLDER/.bergwire/catalog.db.
"""

import importlib.util
import os
import sys

import duckdb
from pyiceberg.catalog.sql import SqlCatalog

TABLES = ["region", "nation", "supplier", "part", "partsupp", "customer", "orders", "lineitem"]


def extension(name):
    package = os.path.dirname(importlib.util.find_spec("duckdb_extension_" + name).origin)
    return f"{package}/extensions/v{duckdb.__version__}/{name}.duckdb_extension"


folder, scale = os.path.realpath(sys.argv[1]), float(sys.argv[2])
base = os.path.join(folder, ".bergwire")
os.makedirs(os.path.join(base, "warehouse"), exist_ok=True)
catalog = SqlCatalog(
    "bergwire",
    uri="sqlite:///" + os.path.join(base, "catalog.db"),
    warehouse="file://" + os.path.join(base, "warehouse"),
)
catalog.create_namespace("tpch")
generator = duckdb.connect(config={"allow_unsigned_extensions": "true"})
generator.execute(f"LOAD '{extension('tpch')}'")
generator.execute(f"CALL dbgen(sf={scale})")
for name in TABLES:
    rows = generator.execute(f"FROM {name}").to_arrow_table()
    catalog.create_table(("tpch", name), schema=rows.schema).append(rows)
