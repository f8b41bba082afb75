"""psycopg 3: prints what it sees of a server, one thing a line, so that two servers can be compared.

Arguments: the connection string, and a schema where a pooler may be between, which keeps some things from sessions.
"""
import asyncio
import sys
import threading
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

URL = sys.argv[1]
SCHEMA = sys.argv[2] if len(sys.argv) > 2 else None
VALUES = [
    True, -32768, 2**31, -(2**63), 10**25, 1.5, float("nan"), Decimal("-1234567890123456789.000010"), Decimal("NaN"),
    "grüße\n", b"\x00\xff", date(2024, 2, 29), time(23, 59, 59, 999999), datetime(2024, 2, 29, 12, 0, 0, 1),
    datetime(1999, 12, 31, 23, 59, 59, tzinfo=timezone.utc), timedelta(days=3, seconds=5), UUID(int=2**127),
    Jsonb({"a": [1, None]}), [1, None, 3], ["a,b", '"', None], [[1, 2], [3, 4]], None,
]  # fmt: skip


def show(*things):
    print(*(repr(thing) for thing in things))


def report(what, error):
    diag = error.diag
    show(what, diag.severity, diag.sqlstate, diag.message_primary, diag.statement_position, diag.column_name, diag.context)


def failing(connection, sql, *parameters):
    try:
        show(connection.execute(sql, *parameters).fetchall())
    except psycopg.Error as error:
        report(sql, error)


def round_trips(connection):
    for binary in (False, True):
        cursor = connection.cursor(binary=binary)
        placeholder = "%b" if binary else "%t"
        for value in VALUES:
            cursor.execute(f"SELECT {placeholder}" + ("::text" if value is None else ""), [value])
            show(binary, cursor.fetchone()[0])
        cursor.execute("SELECT interval '1 mon 2 days', '[1,5)'::int4range, ROW(1, 'a'), '10.0.0.0/8'::cidr")
        show(binary, *cursor.fetchone())


def tables(connection, schema):
    connection.execute(f"CREATE SCHEMA {schema}")
    connection.execute(f"CREATE TABLE {schema}.rows (id bigint NOT NULL, name text, price numeric(10,2))")
    connection.commit()
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {schema}.rows FROM STDIN") as copy:
            for index in range(1000):
                copy.write_row((index, f"n{index}", Decimal(f"{index}.25")))
        show("copied", cursor.rowcount)
        with cursor.copy(f"COPY {schema}.rows FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["int8", "text", "numeric"])
            copy.write_row((1000, None, None))
        cursor.executemany(f"INSERT INTO {schema}.rows VALUES (%s, %s, %s)", [(n, "m", 1) for n in (2000, 2001)])
        show("inserted", cursor.rowcount)
    connection.commit()
    try:
        with connection.cursor().copy(f"COPY {schema}.rows (id, name) FROM STDIN") as copy:
            copy.write("7\tseven\nx\tten\n")
    except psycopg.Error as error:
        report("copy", error)
    connection.rollback()
    with connection.transaction():
        connection.execute(f"DELETE FROM {schema}.rows WHERE id < 995")
        try:
            with connection.transaction():
                connection.execute(f"DELETE FROM {schema}.rows")
                raise psycopg.Rollback
        except psycopg.Error as error:
            report("savepoint", error)
    with connection.cursor().copy(f"COPY (SELECT * FROM {schema}.rows ORDER BY id) TO STDOUT (FORMAT csv, HEADER)") as copy:
        for line in copy:
            show(bytes(line))
    with connection.cursor(binary=True) as cursor:
        show(cursor.execute(f"SELECT * FROM {schema}.rows WHERE id = ANY(%s) ORDER BY id", [[995, 1000]]).fetchall())
    connection.commit()


def failures(connection):
    for sql in ("SELECT nothing", "SELECT 1/0", "SELECT 'x'::int", "SELEC", "SELECT $1::int"):
        failing(connection, sql)
        show(connection.info.transaction_status.name)
        connection.rollback()


def server_cursors(connection):
    with connection.cursor("scrolled", scrollable=True) as cursor:
        cursor.execute("SELECT n FROM generate_series(1, %s) AS n", [1000])
        show(cursor.fetchmany(2), cursor.scroll(500), cursor.fetchone())
        cursor.scroll(1, mode="absolute")
        show(cursor.fetchone(), sum(n for (n,) in cursor))
    connection.commit()


def pipelines(connection):
    try:  # Whichever call finds the answer there raises the error; leaving the pipeline ignores what follows from it.
        with connection.pipeline() as pipeline:
            cursors = [connection.execute("SELECT %s::int + 1", [n]) for n in range(5)]
            pipeline.sync()
            show([cursor.fetchone() for cursor in cursors])
            connection.execute("SELECT 1/0")
            late = connection.execute("SELECT 'never'")
            pipeline.sync()
            late.fetchone()
    except psycopg.Error as error:
        report("pipeline", error)
    connection.rollback()


def prepared(connection):
    for n in range(3):
        show(connection.execute("SELECT %s::int8 * 2", [n], prepare=True).fetchone())
    show(connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone())
    connection.commit()


def cancelled(connection):
    stopped = threading.Event()

    def keep_cancelling():
        while not stopped.wait(0.1):
            connection.cancel_safe()

    thread = threading.Thread(target=keep_cancelling)
    thread.start()
    try:
        connection.execute("SELECT pg_sleep(300)")
    except psycopg.Error as error:
        report("cancelled", error)
    stopped.set()
    thread.join()
    connection.rollback()


async def asynchronous():
    async with await psycopg.AsyncConnection.connect(URL, autocommit=True) as listening:
        await listening.execute("LISTEN from_psycopg")
        async with await psycopg.AsyncConnection.connect(URL, autocommit=True) as telling:
            async with telling.transaction():
                for payload in ("one", "one", "über"):
                    await telling.execute("SELECT pg_notify('from_psycopg', %s)", [payload])
        async for heard in listening.notifies(timeout=60, stop_after=2):
            show(heard.channel, heard.payload)
        async with listening.cursor() as cursor:
            total = 0
            async for n, _ in cursor.stream("SELECT n, repeat('x', 100) FROM generate_series(1, 20000) AS n"):
                total += n
                if n % 5000 == 1:
                    await asyncio.sleep(0.02)
            show("streamed", total)


with psycopg.connect(URL) as opened:
    if SCHEMA:
        opened.prepare_threshold = None
        tables(opened, SCHEMA)
        failures(opened)
        server_cursors(opened)
        pipelines(opened)
        cancelled(opened)
    else:
        round_trips(opened)
        tables(opened, "psycopg_session")
        failures(opened)
        server_cursors(opened)
        pipelines(opened)
        prepared(opened)
        cancelled(opened)
        asyncio.run(asynchronous())
