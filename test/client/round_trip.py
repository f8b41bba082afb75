"""psycopg 3 or SQLAlchemy: create, insert, select, merge and travel in time; prints what it reads, one row a line."""
import sys
from decimal import Decimal

kind, host, port = sys.argv[1:4]
ROWS = [(1, "one", Decimal("1.50")), (2, "zwei ü", Decimal("2.25")), (3, None, None)]
MERGE = """MERGE INTO {0}.items t USING (VALUES (1, 'one!'), (9, 'nine')) v(id, name) ON t.id = v.id
  WHEN MATCHED THEN UPDATE SET name = v.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (v.id, v.name)"""


def show(rows):
    for row in rows:
        print("|".join("null" if value is None else str(value) for value in row))


def psycopg3():
    import psycopg

    with psycopg.connect(host=host, port=port, user="bergwire", dbname="bergwire", autocommit=True) as connection:
        connection.execute("CREATE SCHEMA psycopg")
        connection.execute(
            "CREATE TABLE psycopg.items (id bigint NOT NULL, name text, price numeric(10,2), sold timestamptz)"
            " PARTITION BY (bucket(4, id))"
        )
        with connection.transaction():
            cursor = connection.cursor()
            cursor.executemany("INSERT INTO psycopg.items (id, name, price) VALUES (%s, %s, %s)", ROWS)
            print("inserted", cursor.rowcount)
        show(connection.execute("SELECT id, name, price FROM psycopg.items ORDER BY id"))
        [snapshot] = connection.execute(
            'SELECT snapshot_id FROM psycopg."items$snapshots" ORDER BY committed_at DESC LIMIT 1'
        ).fetchone()
        print("merged", connection.execute(MERGE.format("psycopg")).rowcount)
        show(connection.execute("SELECT name, price FROM psycopg.items WHERE id = %s", [1], prepare=True))
        binary = connection.cursor(binary=True)
        show(binary.execute("SELECT id, name, price FROM psycopg.items WHERE id <= %s ORDER BY id", [2]))
        show(connection.execute(f"SELECT id, name, price FROM psycopg.items AS OF SNAPSHOT {snapshot} ORDER BY id"))
        try:
            connection.execute("SELECT nothing FROM psycopg.items")
        except psycopg.errors.UndefinedColumn as error:
            print("refused", error.sqlstate)


def sqlalchemy():
    from sqlalchemy import BigInteger, Column, MetaData, Numeric, Table, Text, create_engine, func, inspect, select, text
    from sqlalchemy.exc import ProgrammingError

    engine = create_engine(f"postgresql+psycopg://bergwire@{host}:{port}/bergwire")
    items = Table(
        "items",
        MetaData(schema="alchemy"),
        Column("id", BigInteger, nullable=False),
        Column("name", Text),
        Column("price", Numeric(10, 2)),
    )
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA alchemy"))
        items.create(connection)
    with engine.begin() as connection:
        connection.execute(items.insert(), [dict(zip(("id", "name", "price"), row)) for row in ROWS])
    with engine.connect() as connection:
        show(connection.execute(select(items).order_by(items.c.id)))
        print(connection.execute(select(func.count(), func.sum(items.c.price))).one())
        snapshot = connection.scalar(
            text('SELECT snapshot_id FROM alchemy."items$snapshots" ORDER BY committed_at DESC LIMIT 1')
        )
    with engine.begin() as connection:
        print("merged", connection.execute(text(MERGE.format("alchemy"))).rowcount)
        connection.execute(items.update().where(items.c.id == 2).values(price=Decimal("9.99")))
    with engine.connect() as connection:
        show(connection.execute(select(items.c.id, items.c.name, items.c.price).order_by(items.c.id)))
        show(connection.execute(text(f"SELECT id, name, price FROM alchemy.items AS OF SNAPSHOT {snapshot} ORDER BY id")))
        try:
            connection.execute(text("SELECT nothing FROM alchemy.items"))
        except ProgrammingError as error:
            print("refused", error.orig.sqlstate)
    for column in inspect(engine).get_columns("items", schema="alchemy"):
        print(column["name"], column["type"])


{"psycopg": psycopg3, "sqlalchemy": sqlalchemy}[kind]()
