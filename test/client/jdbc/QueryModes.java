import java.math.BigDecimal;
import java.sql.Array;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.UUID;
import org.postgresql.util.PGobject;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The same work in the mode that the URL names (preferQueryMode and other options); prints what it reads. */
public class QueryModes {
  private static final String COLUMNS = "id, b, s, r, d, n, t, c, by, da, ti, ts, tstz, iv, u, j, a, ta";

  public static void main(String[] args) throws Exception {
    try (Connection connection = DriverManager.getConnection(args[0]); Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS modes");
      statement.execute(
          "CREATE TABLE modes (id integer NOT NULL, b boolean, s smallint, r real, d double precision, n numeric(20,5), t text,"
              + " c varchar(5), by bytea, da date, ti time, ts timestamp, tstz timestamptz, iv interval, u uuid, j jsonb,"
              + " a integer[], ta text[])");
      insert(connection);
      // From the fifth execution on pgjdbc keeps a statement of the server's and asks for binary values.
      for (int i = 0; i < 6; i++) read(connection, i == 0 || i == 5);
      batches(connection);
      fetchSizes(connection);
      transactions(connection);
      errors(connection);
      changes(connection);
      updatable(connection);
    }
  }

  private static void insert(Connection connection) throws SQLException {
    String sql = "INSERT INTO modes (" + COLUMNS + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (int id = 1; id <= 7; id++) {
        PGobject json = new PGobject();
        json.setType("jsonb");
        json.setValue("{\"id\": " + id + ", \"text\": \"it's\"}");
        PGobject interval = new PGobject();
        interval.setType("interval");
        interval.setValue(id + " days 01:02:03.5");
        Object[] values = {
          id, id % 2 == 0, (short) -id, id / 4f, -id / 3d, new BigDecimal("123456789012345.67890").multiply(new BigDecimal(id % 3)),
          "it's \\ \"ünï\" \uD83D\uDE00 ? $1", "v" + id, new byte[] {0, (byte) id, -1, '\\', '\''}, LocalDate.of(2024, 2, 29),
          LocalTime.of(23, 59, 59, 999_999_000), LocalDateTime.of(1582, 10, 4, 0, 0, id),
          OffsetDateTime.parse("2024-03-31T02:30:00+02:00"), interval, new UUID(id, ~id), json, null, null
        };
        for (int i = 0; i < 16; i++) insert.setObject(i + 1, values[i]);
        insert.setArray(17, connection.createArrayOf("integer", new Integer[] {id, null, -id}));
        insert.setArray(18, connection.createArrayOf("text", new String[] {"a,b", null, "", "NULL", "\"\\{}"}));
        System.out.println("inserted " + insert.executeUpdate());
      }
      for (int i = 1; i <= 18; i++) insert.setNull(i, Types.NULL);
      insert.setInt(1, 8);
      System.out.println("inserted " + insert.executeUpdate());
    }
  }

  private static void read(Connection connection, boolean isShown) throws SQLException {
    String sql = "SELECT " + COLUMNS + ", ?::text AS given FROM modes WHERE id >= ? AND (t LIKE ? OR t IS NULL) ORDER BY id";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, "g");
      select.setInt(2, 6);
      select.setString(3, "it's%");
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          if (!isShown) continue;
          StringBuilder line = new StringBuilder();
          for (int i = 1; i <= 19; i++) line.append(i == 9 ? Arrays.toString(rows.getBytes(i)) : rows.getString(i)).append('|');
          System.out.println(line);
          System.out.println(rows.getObject("da", LocalDate.class) + " " + rows.getObject("ts", LocalDateTime.class) + " "
              + rows.getObject("tstz", OffsetDateTime.class) + " " + rows.getObject("ti", LocalTime.class) + " "
              + rows.getBigDecimal("n") + " " + rows.getFloat("r") + " " + rows.getDouble("d") + " " + rows.wasNull() + " "
              + rows.getObject("u") + " " + listOf(rows.getArray("a")) + " " + listOf(rows.getArray("ta")));
        }
      }
    }
  }

  private static String listOf(Array array) throws SQLException {
    return array == null ? null : array.getBaseTypeName() + Arrays.toString((Object[]) array.getArray());
  }

  private static void batches(Connection connection) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO modes (id, t) VALUES (?, ?)")) {
      for (int id = 100; id < 170; id++) {
        insert.setInt(1, id);
        insert.setString(2, "row " + id);
        insert.addBatch();
      }
      System.out.println("batch of " + insert.executeBatch().length);
    }
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO modes (id, t) VALUES (?, ?) RETURNING id, upper(t)",
        Statement.RETURN_GENERATED_KEYS)) {
      for (int id = 170; id < 173; id++) {
        insert.setInt(1, id);
        insert.setString(2, "row " + id);
        insert.addBatch();
      }
      insert.executeBatch();
      try (ResultSet keys = insert.getGeneratedKeys()) {
        while (keys.next()) System.out.println("key " + keys.getInt(1) + " " + keys.getString(2));
      }
    }
    connection.setAutoCommit(false);
    try (PreparedStatement divide = connection.prepareStatement("UPDATE modes SET d = 1 / (id - ?) WHERE id = ?")) {
      for (int id : new int[] {100, 101, 102}) {
        divide.setInt(1, 101);
        divide.setInt(2, id);
        divide.addBatch();
      }
      divide.executeBatch();
    } catch (BatchUpdateException error) {
      System.out.println("batch failed " + error.getSQLState() + " " + error.getUpdateCounts().length);
    }
    connection.rollback();
    try (Statement statement = connection.createStatement()) {
      statement.addBatch("UPDATE modes SET t = 'x' WHERE id < 110 AND id >= 100");
      statement.addBatch("DELETE FROM modes WHERE id = 169");
      statement.addBatch("INSERT INTO modes (id) VALUES (169), (170)");
      System.out.println(Arrays.toString(statement.executeBatch()));
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  private static void fetchSizes(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    for (int fetchSize : new int[] {0, 1, 7, 1000}) {
      try (PreparedStatement select = connection.prepareStatement("SELECT id FROM modes WHERE id BETWEEN ? AND 169 ORDER BY id")) {
        select.setFetchSize(fetchSize);
        select.setInt(1, 100);
        int count = 0;
        long sum = 0;
        try (ResultSet rows = select.executeQuery()) {
          while (rows.next()) {
            count++;
            sum += rows.getLong(1);
            // Other statements of the session run between two fetches.
            if (count == 5) count(connection);
          }
        }
        System.out.println("fetched " + count + " " + sum);
      }
    }
    connection.commit();
    connection.setAutoCommit(true);
    try (Statement limited = connection.createStatement()) {
      limited.setMaxRows(3);
      try (ResultSet rows = limited.executeQuery("SELECT id FROM modes ORDER BY id")) {
        while (rows.next()) System.out.println("limited " + rows.getInt(1));
      }
    }
    try (Statement scroll = connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY);
        ResultSet rows = scroll.executeQuery("SELECT id FROM modes WHERE id < 6 ORDER BY id")) {
      rows.last();
      System.out.print(rows.getRow() + " " + rows.getInt(1));
      rows.absolute(-2);
      System.out.print(" " + rows.getInt(1));
      System.out.println(" " + rows.previous() + " " + rows.relative(-1) + " " + rows.getInt(1));
    }
  }

  private static void transactions(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("INSERT INTO modes (id) VALUES (1000)");
      Savepoint savepoint = connection.setSavepoint("one");
      statement.executeUpdate("INSERT INTO modes (id) VALUES (1001)");
      System.out.println("before " + count(connection));
      connection.rollback(savepoint);
      System.out.println("after " + count(connection));
      try {
        statement.executeQuery("SELECT 1 / 0");
      } catch (SQLException error) {
        System.out.println("failed " + error.getSQLState());
      }
      try {
        System.out.println("still " + count(connection));
      } catch (SQLException error) {
        System.out.println("failed " + error.getSQLState());
      }
      connection.rollback();
      System.out.println("rolled back " + count(connection));
      connection.rollback();
      connection.setReadOnly(true);
      try {
        statement.executeUpdate("INSERT INTO modes (id) VALUES (1002)");
      } catch (SQLException error) {
        System.out.println("read only " + error.getSQLState());
      }
      connection.rollback();
      connection.setReadOnly(false);
    }
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    connection.setAutoCommit(true);
  }

  private static void errors(Connection connection) throws SQLException {
    String[] texts = {
      "SELECT nothing FROM modes", "SELECT * FROM missing", "SELEC 1", "SELECT 1/0", "SELECT 'x'::int", "INSERT INTO modes (t) VALUES ('x')",
      "SELECT fn()", "SELECT 1 +", "INSERT INTO modes (id, c) VALUES (1, 'too long')", "SELECT ?::int", "SELECT 1; SELECT bad"
    };
    for (String text : texts) {
      try (PreparedStatement statement = connection.prepareStatement(text)) {
        if (text.contains("?")) statement.setString(1, "ü?");
        statement.execute();
        System.out.println("no error: " + text);
      } catch (PSQLException error) {
        ServerErrorMessage server = error.getServerErrorMessage();
        System.out.println(error.getSQLState() + (server == null ? "" : " " + server.getSeverity() + " " + server.getMessage() + " "
            + server.getPosition() + " " + server.getColumn() + " " + server.getTable()));
      }
    }
  }

  private static void changes(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement("SELECT * FROM changing ORDER BY 1"); Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS changing");
      statement.execute("CREATE TABLE changing (a int)");
      statement.executeUpdate("INSERT INTO changing VALUES (1)");
      for (int i = 0; i < 6; i++) select.executeQuery().close();
      statement.execute("ALTER TABLE changing ADD COLUMN b text");
      // Outside of a transaction pgjdbc prepares again after "cached plan must not change result type".
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        System.out.println("columns " + rows.getMetaData().getColumnCount());
      }
      boolean hasRows = statement.execute("UPDATE changing SET b = 'x'; SELECT a, b FROM changing; DELETE FROM changing");
      System.out.print(hasRows + " " + statement.getUpdateCount());
      hasRows = statement.getMoreResults();
      System.out.print(" " + hasRows);
      hasRows = statement.getMoreResults();
      System.out.println(" " + hasRows + " " + statement.getUpdateCount());
      statement.execute("DROP TABLE changing");
    }
  }

  private static void updatable(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
      statement.execute("DROP TABLE IF EXISTS updated");
      statement.execute("CREATE TABLE updated (id int PRIMARY KEY, name text, price numeric(10,2))");
      statement.executeUpdate("INSERT INTO updated VALUES (1, 'one', 1), (2, 'two', 2), (3, 'three', 3)");
      try (ResultSet rows = statement.executeQuery("SELECT id, name, price FROM updated ORDER BY id")) {
        rows.next();
        rows.updateString("name", "ONE");
        rows.updateRow();
        rows.next();
        rows.deleteRow();
        rows.moveToInsertRow();
        rows.updateInt("id", 4);
        rows.updateString("name", "four");
        rows.updateBigDecimal("price", new BigDecimal("4.25"));
        rows.insertRow();
      }
      try (ResultSet rows = statement.executeQuery("SELECT id, name, price FROM updated ORDER BY id")) {
        while (rows.next()) System.out.println("updated " + rows.getInt(1) + " " + rows.getString(2) + " " + rows.getBigDecimal(3));
      }
    }
  }

  private static long count(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT count(*) FROM modes")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
