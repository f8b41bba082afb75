"""psycopg 3 and pyarrow: COPY in and out in every format; prints what it reads, one row a line."""
import io
import sys
from datetime import date
from decimal import Decimal

import psycopg
import pyarrow.parquet as parquet

host, port = sys.argv[1:3]
ROWS = [(1, "one\t\\", Decimal("1.50"), date(2024, 2, 29)), (2, None, None, None), (3, 'q"u', Decimal("-0.01"), date(1, 1, 1))]
SELECT = "SELECT * FROM copied ORDER BY id"


def show(connection):
    for row in connection.execute(SELECT):
        print(row)
    connection.execute("TRUNCATE copied")


with psycopg.connect(host=host, port=port, user="bergwire", dbname="bergwire", autocommit=True) as connection:
    connection.execute("CREATE TABLE copied (id bigint, name text, price numeric(10,2), day date) PARTITION BY (bucket(2, id))")
    cursor = connection.cursor()
    with cursor.copy("COPY copied FROM STDIN") as copy:
        for row in ROWS:
            copy.write_row(row)
    print("text", cursor.rowcount)
    with cursor.copy("COPY (SELECT * FROM copied ORDER BY id) TO STDOUT") as copy:
        copy.set_types(["int8", "text", "numeric", "date"])
        print(list(copy.rows()) == ROWS)
    show(connection)
    with cursor.copy("COPY copied FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(["int8", "text", "numeric", "date"])
        for row in ROWS:
            copy.write_row(row)
    with cursor.copy("COPY (SELECT * FROM copied ORDER BY id) TO STDOUT (FORMAT binary)") as copy:
        copy.set_types(["int8", "text", "numeric", "date"])
        print("binary", list(copy.rows()) == ROWS)
    with cursor.copy("COPY (SELECT * FROM copied ORDER BY id) TO STDOUT (FORMAT parquet)") as copy:
        file = b"".join(bytes(part) for part in copy)
    show(connection)
    table = parquet.read_table(io.BytesIO(file))
    print("parquet", cursor.rowcount, table.schema.names, [tuple(row.values()) for row in table.to_pylist()] == ROWS)
    with cursor.copy("COPY copied FROM STDIN (FORMAT parquet)") as copy:
        copy.write(file)
    show(connection)
    try:
        with cursor.copy("COPY copied FROM STDIN") as copy:
            copy.write("4\tx\t1\t2024-01-01\n")
            raise RuntimeError("gave up")
    except RuntimeError as error:
        print(error, connection.execute("SELECT count(*) FROM copied").fetchone())
    try:
        with cursor.copy("COPY copied FROM STDIN") as copy:
            copy.write("4\tx\t1\t2024-13-01\n")
    except psycopg.errors.DatetimeFieldOverflow as error:
        print(error.diag.context)
