import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** Logs in with each set of options given as further arguments (`name=value&name=value`); prints how that went. */
public class SecureLogin {
  public static void main(String[] args) throws Exception {
    for (int i = 1; i < args.length; i++) {
      Properties options = new Properties();
      for (String option : args[i].split("&")) {
        String[] parts = option.split("=", 2);
        options.setProperty(parts[0], parts[1]);
      }
      options.setProperty("connectTimeout", "20");
      try (Connection connection = DriverManager.getConnection(urlOf(args[0], options), options);
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT current_user, ssl_is_used(), ssl_client_dn()")) {
        rows.next();
        System.out.println("in as " + rows.getString(1) + (rows.getBoolean(2) ? " by TLS " : " ") + rows.getString(3));
      } catch (SQLException error) {
        System.out.println("refused " + error.getSQLState());
      }
    }
  }

  /** The host of the options, where they name one. */
  private static String urlOf(String url, Properties options) {
    Object host = options.remove("PGHOST");
    return host == null ? url : url.replace("localhost", host.toString());
  }
}
