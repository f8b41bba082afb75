import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;

/** What pgjdbc tells of a database through the JDBC metadata interfaces; prints it, one row a line. */
public class Metadata {
  /** Columns that differ from server to server by nature. */
  private static final Set<String> UNSTABLE = 
      Set.of("TABLE_CAT", "TABLE_CATALOG", "TYPE_CAT", "FUNCTION_CAT", "PROCEDURE_CAT", "SPECIFIC_NAME");
  private static final Set<String> BASE_TYPES =
      Set.of("bool", "int2", "int4", "int8", "float4", "float8", "numeric", "text", "varchar", "bpchar", "name", "bytea",
          "date", "time", "timetz", "timestamp", "timestamptz", "interval", "uuid", "json", "jsonb", "oid", "_int4", "_text");

  public static void main(String[] args) throws Exception {
    try (Connection connection = DriverManager.getConnection(args[0]); Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA meta");
      statement.execute(
          "CREATE TABLE meta.every (id bigint NOT NULL, b boolean, s smallint, i integer NOT NULL, r real, d double precision,"
              + " n numeric(12,3), n0 numeric, t text, v varchar(7), c char(3), by bytea, da date, ti time(3), tz timetz,"
              + " ts timestamp(0), tstz timestamptz, iv interval, u uuid, j json, jb jsonb, a integer[], ta text[], o oid, nm name,"
              + " PRIMARY KEY (i, id))");
      statement.execute("CREATE TABLE meta.\"Other one\" (\"A b\" int, c_d text)");
      statement.execute("COMMENT ON TABLE meta.every IS 'of every type'");
      statement.execute("COMMENT ON COLUMN meta.every.n IS 'a number'");
      DatabaseMetaData metadata = connection.getMetaData();
      print("tables", metadata.getTables(null, "meta", "%", null));
      print("tables of a type", metadata.getTables(null, "meta", "e_er%", new String[] {"TABLE"}));
      print("views", metadata.getTables(null, "meta", "%", new String[] {"VIEW"}));
      print("columns", metadata.getColumns(null, "meta", "%", "%"));
      print("escaped", metadata.getColumns(null, "meta", "Other%", "c\\_d"));
      print("primary keys", metadata.getPrimaryKeys(null, "meta", "every"));
      print("no primary keys", metadata.getPrimaryKeys(null, "meta", "Other one"));
      print("imported keys", metadata.getImportedKeys(null, "meta", "every"));
      print("exported keys", metadata.getExportedKeys(null, "meta", "every"));
      print("row identifier", metadata.getBestRowIdentifier(null, "meta", "every", DatabaseMetaData.bestRowSession, false));
      print("version columns", metadata.getVersionColumns(null, "meta", "every"));
      print("schemas", metadata.getSchemas(null, "meta%"));
      print("table types", metadata.getTableTypes());
      print("user types", metadata.getUDTs(null, "meta", "%", null));
      print("functions", metadata.getFunctions(null, "pg_catalog", "btrim"));
      print("function columns", metadata.getFunctionColumns(null, "pg_catalog", "repeat", "%"));
      print("procedures", metadata.getProcedures(null, "meta", "%"));
      printTypes(metadata.getTypeInfo());
      printColumnsOf(statement);
      printParametersOf(connection);
      System.out.println(metadata.getDatabaseProductName() + " " + metadata.getIdentifierQuoteString() + " "
          + metadata.getDefaultTransactionIsolation() + " " + metadata.getMaxColumnNameLength() + " " + metadata.supportsSavepoints());
      System.out.println(connection.getSchema() + " " + connection.getCatalog().isEmpty());
    }
  }

  private static void print(String title, ResultSet rows) throws SQLException {
    System.out.println("-- " + title);
    try (rows) {
      ResultSetMetaData columns = rows.getMetaData();
      Set<String> lines = new TreeSet<>();
      while (rows.next()) {
        StringBuilder line = new StringBuilder();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
          if (UNSTABLE.contains(columns.getColumnName(i).toUpperCase())) continue;
          line.append(columns.getColumnName(i)).append('=').append(rows.getString(i)).append(' ');
        }
        lines.add(line.toString());
      }
      lines.forEach(System.out::println);
    }
  }

  private static void printTypes(ResultSet rows) throws SQLException {
    System.out.println("-- types");
    try (rows) {
      Set<String> lines = new TreeSet<>();
      while (rows.next()) {
        if (!BASE_TYPES.contains(rows.getString("TYPE_NAME"))) continue;
        lines.add(rows.getString("TYPE_NAME") + " " + rows.getInt("DATA_TYPE") + " " + rows.getInt("PRECISION") + " "
            + rows.getInt("MAXIMUM_SCALE") + " " + rows.getString("LITERAL_PREFIX") + " " + rows.getBoolean("CASE_SENSITIVE"));
      }
      lines.forEach(System.out::println);
    }
  }

  private static void printColumnsOf(Statement statement) throws SQLException {
    System.out.println("-- columns of a result");
    try (ResultSet rows = statement.executeQuery("SELECT e.*, e.id + 1 AS next, 'x' FROM meta.every AS e")) {
      ResultSetMetaData columns = rows.getMetaData();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        System.out.println(columns.getColumnLabel(i) + " " + columns.getTableName(i) + " " + columns.getSchemaName(i) + " "
            + columns.getColumnTypeName(i) + " " + columns.getColumnType(i) + " " + columns.getColumnClassName(i) + " "
            + columns.getPrecision(i) + " " + columns.getScale(i) + " " + columns.getColumnDisplaySize(i) + " "
            + columns.isNullable(i) + " " + columns.isAutoIncrement(i) + " " + columns.isSigned(i));
      }
    }
  }

  private static void printParametersOf(Connection connection) throws SQLException {
    System.out.println("-- parameters");
    String sql = "INSERT INTO meta.every (id, i, n, t, ts, u, a) VALUES (?, ?, ?, ?, ?, ?, ?)";
    try (PreparedStatement prepared = connection.prepareStatement(sql)) {
      ParameterMetaData parameters = prepared.getParameterMetaData();
      for (int i = 1; i <= parameters.getParameterCount(); i++) {
        System.out.println(parameters.getParameterTypeName(i) + " " + parameters.getParameterType(i) + " "
            + parameters.getParameterClassName(i));
      }
      System.out.println(prepared.getMetaData());
    }
  }
}
