"""Arrow IPC streams by COPY both ways. Arguments: host and port. Prints what the test expects."""

import datetime as dt
import decimal
import io
import sys

import psycopg
import pyarrow as pa
import pyarrow.ipc

COLUMNS = {
    "flag": ("boolean", pa.bool_(), [True, None, False]),
    "small": ("smallint", pa.int16(), [-32768, None, 32767]),
    "whole": ("int", pa.int32(), [-(2**31), None, 2**31 - 1]),
    "long": ("bigint", pa.int64(), [-(2**63), None, 2**63 - 1]),
    "real": ("real", pa.float32(), [0.5, None, float("inf")]),
    "double": ("double precision", pa.float64(), [-0.1, None, 1e300]),
    "price": ("numeric(38, 4)", pa.decimal128(38, 4), [decimal.Decimal("-0.0001"), None, decimal.Decimal("9" * 34)]),
    "body": ("text", pa.string(), ["tab\tline\nback\\slash \\N", None, ""]),
    "code": ("char(3)", pa.string(), ["ab ", None, "abc"]),
    "bytes": ("bytea", pa.binary(), [b"\x00\xff", None, b""]),
    "day": ("date", pa.date32(), [dt.date(1, 1, 1), None, dt.date(9999, 12, 31)]),
    "hour": ("time", pa.time64("us"), [dt.time(23, 59, 59, 999999), None, dt.time(0, 0)]),
    "at": ("timestamp", pa.timestamp("us"), [dt.datetime(1969, 12, 31, 23, 59, 59, 999999), None, dt.datetime(2024, 2, 29)]),
    "moment": ("timestamptz", pa.timestamp("us", "UTC"), [dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc), None, dt.datetime(1900, 1, 1, tzinfo=dt.timezone.utc)]),
    "numbers": ("int[]", pa.list_(pa.int32()), [[1, None, -3], None, []]),
    "words": ("text[]", pa.list_(pa.string()), [["a,b", None, 'q"\\'], None, ["NULL", ""]]),
    "id": ("uuid", pa.string(), ["00112233-4455-6677-8899-aabbccddeeff", None, "ffffffff-ffff-ffff-ffff-ffffffffffff"]),
    "span": ("interval", pa.string(), ["1 day 02:03:04.5", None, "-1 mons"]),
    "document": ("jsonb", pa.string(), ['{"a": [1, null]}', None, "{}"]),
}

connection = psycopg.connect(host=sys.argv[1], port=sys.argv[2], user="bergwire", dbname="bergwire", autocommit=True)


def create(name):
    connection.execute(f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column, (kind, *_) in COLUMNS.items())})")


def send(name, table):
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {name} FROM STDIN (FORMAT arrow)") as copy:
            copy.write(sink.getvalue())
        return cursor.rowcount


def receive(query):
    with connection.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT arrow)") as copy:
        return pa.ipc.open_stream(b"".join(copy)).read_all()


def refused(name, table):
    try:
        send(name, table)
    except psycopg.Error as error:
        print(error.sqlstate, error.diag.message_primary)


sent = pa.table({column: pa.array(values, kind) for column, (_, kind, values) in COLUMNS.items()})
create("arrows")
print("sent", send("arrows", sent))
received = receive("SELECT * FROM arrows ORDER BY whole NULLS FIRST")
wanted = sent.take([1, 0, 2])
print("same schema", received.schema.equals(wanted.schema))
print("same rows", received.equals(wanted))
create("again")
send("again", received)
print("different", connection.execute("SELECT count(*) FROM (TABLE arrows EXCEPT TABLE again) AS d").fetchone())

other = receive("SELECT count(*) AS n, sum(price) AS anything, max(body) AS deep FROM arrows WHERE false")
print(other.schema.to_string().replace("\n", ", "), other.to_pylist())
print(receive("SELECT * FROM arrows WHERE false").num_rows)
many = receive("SELECT i, 'row ' || i AS t FROM generate_series(1, 100000) AS g(i)")
print(many.num_rows, many["i"].to_pylist()[-1], many["t"].to_pylist()[-1])

connection.execute("CREATE TABLE narrow (n int, at timestamp)")
one = pa.table({"n": pa.array([2**40], pa.int64()), "at": pa.array([None], pa.timestamp("ns"))})
refused("narrow", one)
refused("narrow", one.drop_columns("at"))
refused("narrow", one.append_column("more", [[1]]))
refused("narrow", pa.table({"n": [1], "at": pa.array([None], pa.timestamp("us", "UTC"))}))
words = pa.table({"n": pa.array(["7", "8"]).dictionary_encode(), "at": pa.array([0, 1], pa.timestamp("s"))})
print(send("narrow", words), connection.execute("SELECT n, at::text FROM narrow ORDER BY n").fetchall())
try:
    with connection.cursor().copy("COPY narrow FROM STDIN (FORMAT arrow)") as copy:
        copy.write(b"no stream")
except psycopg.Error as error:
    print(error.sqlstate, error.diag.message_primary)
