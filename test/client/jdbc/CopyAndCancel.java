import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;
import org.postgresql.util.PSQLException;

/** CopyManager, cancel, timeouts, notifications, notices and cursors; prints what it reads. */
public class CopyAndCancel {
  public static void main(String[] args) throws Exception {
    try (Connection connection = DriverManager.getConnection(args[0]); Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS copied");
      statement.execute("CREATE TABLE copied (id int, name text, price numeric(10,2), day date)");
      CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
      copyIn(copy);
      copyOut(copy);
      copyFails(connection, copy);
      binary(copy, statement);
      cancels(connection);
      notifications(args[0], connection);
      cursors(connection);
      networkTimeout(args[0]);
    }
  }

  private static void copyIn(CopyManager copy) throws Exception {
    System.out.println(copy.copyIn("COPY copied FROM STDIN", new StringReader("1\tone\t1.50\t2024-02-29\n2\t\\N\t\\N\t\\N\n")));
    System.out.println(copy.copyIn("COPY copied (name, id) FROM STDIN WITH (FORMAT csv, HEADER)",
        new ByteArrayInputStream("name,id\n\"a \"\"b\"\"\nü\",3\n,4\n".getBytes(StandardCharsets.UTF_8)), 3));
    CopyIn in = copy.copyIn("COPY copied (id) FROM STDIN");
    System.out.println(in.getFormat() + " " + in.getFieldCount() + " " + in.getFieldFormat(0) + " " + in.isActive());
    for (byte b : "5\n6\n".getBytes(StandardCharsets.UTF_8)) in.writeToCopy(new byte[] {b}, 0, 1);
    in.flushCopy();
    System.out.println(in.endCopy() + " " + in.getHandledRowCount() + " " + in.isActive());
  }

  private static void copyOut(CopyManager copy) throws Exception {
    StringWriter text = new StringWriter();
    System.out.println(copy.copyOut("COPY (SELECT * FROM copied ORDER BY id) TO STDOUT", text));
    System.out.print(text);
    text = new StringWriter();
    System.out.println(copy.copyOut("COPY (SELECT * FROM copied ORDER BY id) TO STDOUT WITH (FORMAT csv, HEADER, NULL '-', FORCE_QUOTE *)", text));
    System.out.print(text);
    CopyOut out = copy.copyOut("COPY (SELECT id FROM copied ORDER BY id) TO STDOUT");
    for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy())
      System.out.print(new String(row, StandardCharsets.UTF_8).trim() + " ");
    System.out.println(out.getHandledRowCount() + " " + out.isActive());
  }

  private static void copyFails(Connection connection, CopyManager copy) throws Exception {
    CopyIn in = copy.copyIn("COPY copied (id) FROM STDIN");
    byte[] row = "7\n".getBytes(StandardCharsets.UTF_8);
    in.writeToCopy(row, 0, row.length);
    in.cancelCopy();
    for (String rows : new String[] {"8\tx\n", "x\n", "9\n\\.\n10\n", "1\t2\n"}) {
      try {
        System.out.println(copy.copyIn("COPY copied (id) FROM STDIN", new StringReader(rows)));
      } catch (PSQLException error) {
        System.out.println(error.getSQLState() + " " + error.getServerErrorMessage().getMessage() + " " + error.getServerErrorMessage().getWhere());
      }
    }
    try {
      copy.copyIn("SELECT 1", new StringReader(""));
    } catch (SQLException error) {
      System.out.println("not a copy " + error.getSQLState());
    }
    connection.setAutoCommit(false);
    copy.copyIn("COPY copied (id) FROM STDIN", new StringReader("100\n101\n"));
    System.out.println("inside " + count(connection));
    connection.rollback();
    connection.setAutoCommit(true);
    System.out.println("outside " + count(connection));
  }

  private static void binary(CopyManager copy, Statement statement) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    copy.copyOut("COPY (SELECT * FROM copied ORDER BY id) TO STDOUT WITH (FORMAT binary)", bytes);
    System.out.println(Arrays.toString(bytes.toByteArray()));
    System.out.println(copy.copyIn("COPY copied FROM STDIN WITH (FORMAT binary)", new ByteArrayInputStream(bytes.toByteArray())));
    try (ResultSet rows = statement.executeQuery("SELECT count(*), count(DISTINCT id) FROM copied")) {
      rows.next();
      System.out.println(rows.getInt(1) + " " + rows.getInt(2));
    }
  }

  private static void cancels(Connection connection) throws Exception {
    try (Statement sleeping = connection.createStatement()) {
      Thread canceller = new Thread(() -> {
        try {
          Thread.sleep(300);
          sleeping.cancel();
        } catch (Exception error) {
          System.out.println(error);
        }
      });
      canceller.start();
      try {
        sleeping.execute("SELECT pg_sleep(60)");
        System.out.println("not cancelled");
      } catch (SQLException error) {
        System.out.println("cancelled " + error.getSQLState());
      }
      canceller.join();
    }
    try (Statement slow = connection.createStatement()) {
      slow.setQueryTimeout(1);
      try {
        slow.execute("SELECT count(*) FROM copied a, generate_series(1, 10000000000) b");
        System.out.println("no timeout");
      } catch (SQLException error) {
        System.out.println("timed out " + error.getSQLState());
      }
    }
    try (Statement after = connection.createStatement()) {
      after.execute("SET statement_timeout = '50ms'");
      try {
        after.execute("SELECT pg_sleep(60)");
      } catch (SQLException error) {
        System.out.println("statement_timeout " + error.getSQLState());
      }
      after.execute("RESET statement_timeout");
    }
    System.out.println("still " + connection.isValid(10));
  }

  private static void notifications(String url, Connection connection) throws Exception {
    PGConnection listener = connection.unwrap(PGConnection.class);
    try (Statement statement = connection.createStatement(); Connection other = DriverManager.getConnection(url); Statement sender = other.createStatement()) {
      statement.execute("LISTEN news");
      sender.execute("NOTIFY news, 'it''s'");
      sender.execute("NOTIFY elsewhere");
      try (PreparedStatement notify = other.prepareStatement("SELECT pg_notify(?, ?)")) {
        notify.setString(1, "news");
        notify.setString(2, "again");
        notify.execute();
      }
      int heard = 0;
      while (heard < 2) {
        PGNotification[] received = listener.getNotifications(10_000);
        if (received == null || received.length == 0) break;
        for (PGNotification notification : received) System.out.println(notification.getName() + " " + notification.getParameter());
        heard += received.length;
      }
      statement.execute("UNLISTEN *");
      statement.execute("CREATE TEMP TABLE IF NOT EXISTS twice (a int)");
      statement.execute("CREATE TEMP TABLE IF NOT EXISTS twice (a int)");
      System.out.println(statement.getWarnings().getSQLState() + " " + statement.getWarnings().getMessage());
      statement.execute("DROP TABLE twice");
    }
  }

  private static void cursors(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("DECLARE c SCROLL CURSOR FOR SELECT id FROM copied WHERE id < 6 ORDER BY id");
      for (String text : new String[] {"FETCH 2 FROM c", "FETCH LAST FROM c", "FETCH PRIOR FROM c", "FETCH ABSOLUTE 1 FROM c", "FETCH ALL FROM c"}) {
        StringBuilder line = new StringBuilder(text);
        try (ResultSet rows = statement.executeQuery(text)) {
          while (rows.next()) line.append(' ').append(rows.getInt(1));
        }
        System.out.println(line);
      }
      statement.execute("CLOSE c");
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  private static void networkTimeout(String url) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement()) {
      connection.setNetworkTimeout(Runnable::run, 200);
      try {
        statement.execute("SELECT pg_sleep(60)");
      } catch (SQLException error) {
        System.out.println("network timeout " + error.getSQLState() + " " + connection.isClosed());
      }
    }
  }

  private static long count(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT count(*) FROM copied")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
