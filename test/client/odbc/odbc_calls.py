"""psqlODBC through pyodbc: catalog functions, parameters, types, cursors, transactions and errors; prints what it reads.

Arguments: the driver's library, host, port, user, database, further options of the connection string.
"""

import datetime
import decimal
import sys
import uuid

import pyodbc

driver, host, port, user, database, options = sys.argv[1:7]
pyodbc.pooling = False
# pyodbc reads numeric as wide characters, which the ANSI driver does not give.
is_ansi = "psqlodbca" in driver
NUMERIC = "::text" if is_ansi else ""
# Columns that differ from server to server by nature.
UNSTABLE = {"table_cat", "table_qualifier", "procedure_cat", "table oid", "base typeid", "typmod", "pktable_cat", "fktable_cat", "specific_name"}


def connect(**settings):
    text = f"DRIVER={{{driver}}};SERVER={host};PORT={port};UID={user};DATABASE={database};{options}"
    connection = pyodbc.connect(text, **settings)
    if is_ansi:
        connection.setencoding("utf-8")
        connection.setdecoding(pyodbc.SQL_CHAR, "utf-8")
    return connection


def show(title, cursor):
    print("--", title)
    names = [column[0].lower() for column in cursor.description]
    kept = [index for index, name in enumerate(names) if name not in UNSTABLE]
    lines = [" ".join(f"{names[index]}={row[index]!r}" for index in kept) for row in cursor.fetchall()]
    for line in sorted(lines):
        print(line)


def refused(title, action):
    try:
        action()
        print(title, "passed")
    except pyodbc.Error as error:
        print(title, error.args[0], str(error.args[1]).split(";")[0].replace("\n", " "))


COLUMNS = (
    "id integer NOT NULL, b boolean, s smallint, l bigint, r real, d double precision, n numeric(12,3), t text,"
    " v varchar(7), c char(3), by bytea, da date, ti time, ts timestamp, tz timestamptz, u uuid, iv interval"
)


def define(cursor):
    for name in ("every", "plain"):
        cursor.execute(f"DROP TABLE IF EXISTS odbc_{name}")
    cursor.execute(f"CREATE TABLE odbc_every ({COLUMNS}, PRIMARY KEY (id))")
    cursor.execute('CREATE TABLE odbc_plain ("A b" int, x_y text)')
    cursor.execute("COMMENT ON TABLE odbc_every IS 'of every type'")


def catalog(cursor):
    show("tables", cursor.tables(table="odbc%", schema="public"))
    show("views", cursor.tables(table="odbc%", tableType="VIEW"))
    show("columns", cursor.columns(table="odbc_every"))
    show("quoted columns", cursor.columns(table="odbc_plain"))
    show("primary keys", cursor.primaryKeys("odbc_every"))
    show("no primary keys", cursor.primaryKeys("odbc_plain"))
    show("foreign keys", cursor.foreignKeys(foreignTable="odbc_every"))
    show("statistics", cursor.statistics("odbc_plain"))
    show("row identifier", cursor.rowIdColumns("odbc_every"))
    show("procedures", cursor.procedures("odbc_nothing"))
    show("types", cursor.getTypeInfo())


VALUES = [
    (True, -1, 2**62, 0.5, -1 / 3, decimal.Decimal("123456789.125"), "it's \\ \"ünï\" \U0001f600 ?", "v1", "c",
     b"\x00\x01\xff\\'", datetime.date(2024, 2, 29), datetime.time(23, 59, 58), datetime.datetime(2024, 2, 29, 1, 2, 3, 456000),
     datetime.datetime(2024, 7, 1, 12, 0, 0), uuid.UUID(int=7), "3 days"),
    (False, 32767, -(2**62), -0.0, 1e300, decimal.Decimal("-0.001"), "", "", "", b"", datetime.date(1, 1, 1),
     datetime.time(0, 0), datetime.datetime(1900, 1, 1), datetime.datetime(1970, 1, 1), uuid.UUID(int=2**127), "-1 mon"),
]
NAMES = ["b", "s", "l", "r", "d", "n", "t", "v", "c", "by", "da", "ti", "ts", "tz", "u", "iv"]
SELECTED = ", ".join(f"n{NUMERIC} AS n" if name == "n" else name for name in NAMES)


def types(cursor):
    marks = ", ".join("?" for _ in NAMES)
    for id, values in enumerate(VALUES, 1):
        cursor.execute(f"INSERT INTO odbc_every (id, {', '.join(NAMES)}) VALUES ({id}, {marks})", values)
        print("inserted", cursor.rowcount)
    cursor.execute("INSERT INTO odbc_every (id, t, n) VALUES (?, ?, ?)", 3, None, None)
    show("rows", cursor.execute(f"SELECT id, {SELECTED} FROM odbc_every WHERE id < ? ORDER BY id", 4))
    for name, value in zip(NAMES, VALUES[0]):
        if name in ("r", "d"):
            continue
        count = cursor.execute(f"SELECT count(*) FROM odbc_every WHERE {name} = ?", value).fetchone()[0]
        print("found", name, count)
    print(cursor.execute("SELECT ?, ?, ?", "text", 2, None).fetchone())
    print([(column[0], column[1].__name__, column[4], column[5], column[6]) for column in cursor.execute("SELECT * FROM odbc_every").description])


def arrays(connection, cursor):
    cursor.fast_executemany = not is_ansi
    cursor.executemany("INSERT INTO odbc_every (id, t, n) VALUES (?, ?, ?)", [(id, f"row {id}", decimal.Decimal(id)) for id in range(100, 350)])
    cursor.fast_executemany = False
    cursor.executemany("UPDATE odbc_every SET v = ? WHERE id = ?", [("x", id) for id in range(100, 105)])
    print("changed", cursor.rowcount)
    print(cursor.execute(f"SELECT count(*), sum(n){NUMERIC}, count(v) FROM odbc_every WHERE id >= 100").fetchone())
    connection.commit()


def fetches(connection, cursor):
    cursor.execute("SELECT id, t FROM odbc_every WHERE id >= ? ORDER BY id", 100)
    other = connection.cursor()
    first = cursor.fetchmany(3)
    print(first, other.execute("SELECT count(*) FROM odbc_plain").fetchone())
    cursor.skip(120)
    print(cursor.fetchone(), len(cursor.fetchall()))
    cursor.execute("SELECT generate_series(1, 1000)")
    print(sum(row[0] for row in cursor))
    cursor.execute("SELECT 1 AS a; SELECT 'two' AS b; UPDATE odbc_plain SET x_y = 'y'")
    print(cursor.fetchall(), cursor.nextset(), cursor.fetchall(), cursor.nextset(), cursor.rowcount)


def transactions(connection, cursor):
    cursor.execute("INSERT INTO odbc_plain VALUES (1, 'kept')")
    connection.commit()
    cursor.execute("INSERT INTO odbc_plain VALUES (2, 'lost')")
    print(cursor.execute("SELECT count(*) FROM odbc_plain").fetchone())
    connection.rollback()
    print(cursor.execute("SELECT count(*) FROM odbc_plain").fetchone())
    cursor.execute("INSERT INTO odbc_plain VALUES (3, 'before an error')")
    refused("inside", lambda: cursor.execute("SELECT 1 / 0"))
    # Whether the transaction goes on is the driver's rollback-on-error option.
    refused("after", lambda: cursor.execute("INSERT INTO odbc_plain VALUES (4, 'after')"))
    refused("commit", connection.commit)
    connection.rollback()
    show("kept", cursor.execute("SELECT * FROM odbc_plain"))


def errors(connection, cursor):
    for text in ("SELEC 1", "SELECT nothing FROM odbc_every", "SELECT * FROM missing", "SELECT 'x'::int", "INSERT INTO odbc_every (t) VALUES ('x')",
                 "INSERT INTO odbc_every (id, v) VALUES (1, 'too long a text')", "SELECT nofunction()", "CREATE TABLE odbc_plain (a int)"):
        refused(text, lambda: cursor.execute(text))
        connection.rollback()
    refused("parameter", lambda: cursor.execute("SELECT ?::int", "ü"))
    connection.rollback()
    refused("count of parameters", lambda: cursor.execute("SELECT ?", 1, 2))
    connection.rollback()


def main():
    with connect(autocommit=True) as connection:
        cursor = connection.cursor()
        define(cursor)
        catalog(cursor)
    connection = connect()
    cursor = connection.cursor()
    types(cursor)
    connection.commit()
    arrays(connection, cursor)
    fetches(connection, cursor)
    connection.rollback()
    transactions(connection, cursor)
    errors(connection, cursor)
    print(connection.getinfo(pyodbc.SQL_DBMS_NAME), connection.getinfo(pyodbc.SQL_IDENTIFIER_QUOTE_CHAR), connection.getinfo(pyodbc.SQL_MAX_COLUMN_NAME_LEN))
    connection.close()


main()
