// pgx: prints what it sees of a server, one thing a line, so that two servers can be compared.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

var ctx = context.Background()

// Type name, text of a value. Each is sent and read in text and in binary.
var values = [][2]string{
	{"bool", "true"}, {"int2", "-32768"}, {"int4", "2147483647"}, {"int8", "-9223372036854775808"},
	{"float4", "1.5"}, {"float8", "1e-300"}, {"float8", "NaN"}, {"numeric", "-1234567890123456789.000010"}, {"numeric", "NaN"},
	{"text", "grüße\n"}, {"varchar", "v"}, {"bpchar", "c"}, {"name", "n"}, {"bytea", `\x00ff10`}, {"date", "2024-02-29"},
	{"time", "23:59:59.999999"}, {"timestamp", "2024-02-29 12:00:00.000001"}, {"timestamptz", "1999-12-31 23:59:59+00"},
	{"interval", "1 year 2 mons 3 days 04:05:06.7"}, {"uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
	{"json", `{"a": 1}`}, {"jsonb", `{"a": [1, null]}`}, {"int4[]", "{1,NULL,3}"}, {"text[]", `{"a,b","\"",NULL}`},
	{"int4[]", "[0:1]={1,2}"}, {"int8[]", "{{1,2},{3,4}}"}, {"oid", "4294967295"}, {"inet", "10.0.0.0/8"}, {"bit", "1"},
	{"point", "(1,2)"},
}

func main() {
	conn := connect()
	defer conn.Close(ctx)
	roundTrips(conn)
	transactions(conn)
	failures(conn)
	batches(conn)
	prepared(conn)
	notifications(conn)
	cancel(conn)
	large(conn)
}

func connect() *pgx.Conn {
	conn, err := pgx.Connect(ctx, os.Args[1])
	check(err)
	return conn
}

func roundTrips(conn *pgx.Conn) {
	modes := map[string]pgx.QueryExecMode{"binary": pgx.QueryExecModeCacheStatement, "text": pgx.QueryExecModeSimpleProtocol}
	for _, name := range []string{"binary", "text"} {
		for _, pair := range values {
			var value any
			var text string
			sql := fmt.Sprintf("SELECT $1::text::%s, $1::text::%s::text", pair[0], pair[0])
			check(conn.QueryRow(ctx, sql, modes[name], pair[1]).Scan(&value, &text))
			again := ""
			if name == "binary" {
				check(conn.QueryRow(ctx, fmt.Sprintf("SELECT $1::%s::text", pair[0]), value).Scan(&again))
			}
			fmt.Printf("%s %s %v %q %q\n", name, pair[0], value, text, again)
		}
	}
}

func transactions(conn *pgx.Conn) {
	const schema = "pgx"
	must(conn.Exec(ctx, "CREATE SCHEMA "+schema))
	must(conn.Exec(ctx, "CREATE TABLE "+schema+".rows (id bigint NOT NULL, name text, price numeric(10,2), at timestamptz)"))
	at := time.Date(2024, 2, 29, 1, 2, 3, 4000, time.UTC)
	copied, err := conn.CopyFrom(ctx, pgx.Identifier{schema, "rows"}, []string{"id", "name", "price", "at"},
		pgx.CopyFromSlice(1000, func(i int) ([]any, error) {
			return []any{int64(i), fmt.Sprint("n", i), fmt.Sprintf("%d.25", i), at}, nil
		}))
	check(err)
	fmt.Println("copied", copied)
	_, err = conn.CopyFrom(ctx, pgx.Identifier{schema, "rows"}, []string{"id"}, pgx.CopyFromRows([][]any{{int64(7)}, {nil}}))
	report("copy of a null", err)
	tx, err := conn.Begin(ctx)
	check(err)
	must(tx.Exec(ctx, "DELETE FROM "+schema+".rows WHERE id >= $1", int64(10)))
	inner, err := tx.Begin(ctx)
	check(err)
	must(inner.Exec(ctx, "DELETE FROM "+schema+".rows"))
	check(inner.Rollback(ctx))
	check(tx.Commit(ctx))
	rows, err := conn.Query(ctx, "SELECT id, name, price::text, at FROM "+schema+".rows ORDER BY id")
	check(err)
	all, err := pgx.CollectRows(rows, pgx.RowToMap)
	check(err)
	for _, row := range all {
		fmt.Println(row["id"], row["name"], row["price"], row["at"].(time.Time).UTC())
	}
}

func failures(conn *pgx.Conn) {
	for _, sql := range []string{"SELECT nothing", "SELECT 1/0", "SELECT 'x'::int", "SELEC", "SELECT * FROM no.where"} {
		_, err := conn.Exec(ctx, sql)
		report(sql, err)
	}
}

func batches(conn *pgx.Conn) {
	batch := &pgx.Batch{}
	batch.Queue("SELECT n FROM generate_series(1, 3) AS n")
	batch.Queue("SELECT 10 / (2 - n) FROM generate_series(1, 3) AS n")
	batch.Queue("SELECT 'never'")
	results := conn.SendBatch(ctx, batch)
	for range 3 {
		rows, err := results.Query()
		if err == nil {
			numbers, failure := pgx.CollectRows(rows, pgx.RowTo[int32])
			fmt.Println("batch", numbers)
			err = failure
		}
		report("batch", err)
	}
	report("batch closed", results.Close())
}

func prepared(conn *pgx.Conn) {
	statement, err := conn.Prepare(ctx, "named", "SELECT $1::int8 + 1, $2::text")
	check(err)
	fmt.Println("prepared", statement.ParamOIDs, statement.Fields)
	for i := range 3 {
		var sum int64
		var text string
		check(conn.QueryRow(ctx, "named", int64(i), "t").Scan(&sum, &text))
		fmt.Println("prepared", sum, text)
	}
	check(conn.Deallocate(ctx, "named"))
}

func notifications(conn *pgx.Conn) {
	must(conn.Exec(ctx, "LISTEN from_pgx"))
	other := connect()
	defer other.Close(ctx)
	must(other.Exec(ctx, "SELECT pg_notify('from_pgx', $1)", "über"))
	heard, err := conn.WaitForNotification(ctx)
	check(err)
	fmt.Println("heard", heard.Channel, heard.Payload, heard.PID == other.PgConn().PID())
}

func cancel(conn *pgx.Conn) {
	done := make(chan error, 1)
	go func() {
		_, err := conn.Exec(ctx, "SELECT pg_sleep(300)")
		done <- err
	}()
	for {
		select {
		case err := <-done:
			report("cancel", err)
			return
		case <-time.After(100 * time.Millisecond):
			check(conn.PgConn().CancelRequest(ctx))
		}
	}
}

// Reads slowly at first, so that the server has to wait.
func large(conn *pgx.Conn) {
	rows, err := conn.Query(ctx, "SELECT n, repeat('x', 100) FROM generate_series(1, 100000) AS n")
	check(err)
	var sum, bytes int
	for rows.Next() {
		var n int
		var text string
		check(rows.Scan(&n, &text))
		if n%10000 == 1 {
			time.Sleep(20 * time.Millisecond)
		}
		sum += n
		bytes += len(text)
	}
	check(rows.Err())
	fmt.Println("large", sum, bytes)
}

func report(what string, err error) {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		fmt.Println(what, e.Severity, e.Code, e.Message, e.Position, e.ColumnName, e.TableName, e.Where)
	} else {
		fmt.Println(what, err)
	}
}

func must(_ pgconn.CommandTag, err error) { check(err) }

func check(err error) {
	if err != nil {
		panic(err)
	}
}
