"""One of many clients of a pooler: sets what its session remembers, and prints what it remembers."""
import sys

import psycopg

url, name, mode = sys.argv[1:4]
with psycopg.connect(url, application_name=name, autocommit=True, prepare_threshold=None) as connection:
    with connection.transaction():
        [seen] = connection.execute("SELECT current_setting('application_name')").fetchone()
        [zone] = connection.execute("SELECT current_setting('TimeZone')").fetchone()
        [left] = connection.execute("SELECT current_setting('pooled.mark', true)").fetchone()
        connection.execute("SET LOCAL TimeZone = 'Asia/Tokyo'")
        connection.execute("CREATE TEMPORARY TABLE mark ON COMMIT DROP AS SELECT 1 AS a")
    if mode == "session":
        connection.execute("SET TimeZone = 'Asia/Tokyo'; SET pooled.mark = 'left'; LISTEN pooled")
        connection.execute("SELECT pg_advisory_lock_shared(1)")
    print(seen, zone, left or None, sep="\n")
