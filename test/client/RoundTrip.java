import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** pgjdbc: create, insert, select, merge and travel in time; prints what it reads, one row a line. */
public class RoundTrip {
  public static void main(String[] args) throws Exception {
    try (Connection connection = DriverManager.getConnection(args[0]); Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA jdbc");
      statement.execute(
          "CREATE TABLE jdbc.items (id bigint NOT NULL, name text, price numeric(10,2), sold timestamptz) PARTITION BY (bucket(4, id))");
      insert(connection);
      print(connection, "SELECT id, name, price FROM jdbc.items ORDER BY id");
      long snapshot = firstLong(connection, "SELECT snapshot_id FROM jdbc.\"items$snapshots\" ORDER BY committed_at DESC LIMIT 1");
      connection.setAutoCommit(false);
      int merged = statement.executeUpdate(
          "MERGE INTO jdbc.items t USING (VALUES (1, 'one!'), (9, 'nine')) v(id, name) ON t.id = v.id "
              + "WHEN MATCHED THEN UPDATE SET name = v.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (v.id, v.name)");
      System.out.println("merged " + merged);
      connection.commit();
      connection.setAutoCommit(true);
      // Five executions turn pgjdbc's prepared statement into one of the server's, with binary results.
      for (int i = 0; i < 6; i++) {
        try (PreparedStatement prepared = connection.prepareStatement("SELECT name, price FROM jdbc.items WHERE id = ?")) {
          prepared.setLong(1, 1);
          try (ResultSet rows = prepared.executeQuery()) {
            rows.next();
            System.out.println(rows.getString(1) + "|" + rows.getBigDecimal(2));
          }
        }
      }
      connection.setAutoCommit(false);
      statement.setFetchSize(1);
      try (ResultSet rows = statement.executeQuery("SELECT id FROM jdbc.items ORDER BY id")) {
        while (rows.next()) System.out.println("fetched " + rows.getLong(1));
      }
      connection.commit();
      connection.setAutoCommit(true);
      print(connection, "SELECT id, name, price FROM jdbc.items AS OF SNAPSHOT " + snapshot + " ORDER BY id");
      try (ResultSet columns = connection.getMetaData().getColumns(null, "jdbc", "items", "%")) {
        while (columns.next()) System.out.println(columns.getString("COLUMN_NAME") + " " + columns.getString("TYPE_NAME"));
      }
      try {
        statement.executeQuery("SELECT nothing FROM jdbc.items");
      } catch (SQLException error) {
        System.out.println("refused " + error.getSQLState());
      }
    }
  }

  private static void insert(Connection connection) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO jdbc.items (id, name, price) VALUES (?, ?, ?)")) {
      Object[][] rows = {{1L, "one", new BigDecimal("1.50")}, {2L, "zwei ü", new BigDecimal("2.25")}, {3L, null, null}};
      for (Object[] row : rows) {
        insert.setLong(1, (Long) row[0]);
        insert.setString(2, (String) row[1]);
        insert.setBigDecimal(3, (BigDecimal) row[2]);
        insert.addBatch();
      }
      System.out.println("inserted " + insert.executeBatch().length);
    }
  }

  private static void print(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
      int count = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        StringBuilder line = new StringBuilder();
        for (int i = 1; i <= count; i++) line.append(i == 1 ? "" : "|").append(rows.getString(i));
        System.out.println(line);
      }
    }
  }

  private static long firstLong(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
