/** Small tables with NULLs, duplicates, ties, special values and several numeric scales. */
export const SAMPLE_TABLES: readonly string[] = [
  `CREATE TABLE t (id int, a int, b bigint, f double precision, n numeric(10,2), m numeric(6,4), s text, d date, ts timestamp,
    tz timestamptz, ok boolean, r real)`,
  `CREATE TABLE u (id int, x int, s text, n numeric(8,3))`,
  `CREATE TABLE e (id int, s text)`,
];

export const SAMPLE_ROWS: readonly string[] = [
  `INSERT INTO t VALUES
    (1, 10, 100, 1.5, 1.10, 0.5000, 'apple', '2020-01-01', '2020-01-01 10:00:00', '2020-01-01 10:00:00+00', true, 0.1),
    (2, 20, 200, -2.5, 2.20, 1.2500, 'banana', '2020-02-29', '2020-02-29 23:59:59.123456', '2020-02-29 23:59:59+02', false, 0.25),
    (3, NULL, 300, 'NaN', NULL, 3.0001, NULL, NULL, NULL, NULL, NULL, NULL),
    (4, 10, NULL, NULL, 3.30, NULL, 'apple pie', '1999-12-31', '1999-12-31 00:00:00', '1999-12-31 00:00:00-05', true, 1e10),
    (5, 30, -5, 0, -4.45, 0.0000, 'Zebra', '2021-06-15', '2021-06-15 12:30:00', '2021-06-15 12:30:00+00', false, -1),
    (6, 20, 9223372036854775807, 'Infinity', 0.00, 9.9999, '', '2020-01-01', '2020-01-01 00:00:00', '2020-01-01 00:00:00+00', true, 3.4e38),
    (7, -7, 0, 1e-10, 99999999.99, -1.5000, 'a%b_c', '0001-01-01', '2022-12-31 23:59:59', '2022-12-31 23:59:59+00', NULL, 2.5),
    (8, 2147483647, 1, 1.5, 1.10, 0.5000, 'äöü', '2020-01-02', '2020-01-02 01:02:03', '2020-01-02 01:02:03+00', false, 0.1)`,
  `INSERT INTO u VALUES (1, 10, 'apple', 1.100), (2, 20, 'x', 2.200), (2, 21, 'y', NULL), (NULL, 30, NULL, 0.001), (9, NULL, 'Zebra', 5.000)`,
];
