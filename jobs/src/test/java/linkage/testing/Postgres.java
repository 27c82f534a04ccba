package linkage.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The one real PostgreSQL that all tests of a JVM share. It lets anyone in but the role {@code
 * crm}, which needs its password. It ends with the JVM.
 */
public final class Postgres {
  /** The password of the role crm. */
  public static final String PASSWORD = "s3cret ü&?=";

  private static final EmbeddedPostgres SERVER = start();

  private Postgres() {}

  /** Runs statements, prints the URL, and serves until the process is ended. */
  public static void main(String[] statements) throws InterruptedException {
    run(statements);
    System.out.println(url());
    Thread.currentThread().join();
  }

  /** The URL, without a user: the driver then names the process's own. */
  public static String url() {
    return "jdbc:postgresql://localhost:%d/postgres".formatted(SERVER.getPort());
  }

  /** Runs statements, one after the other. */
  public static void run(String... statements) {
    try (Connection connection = SERVER.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static EmbeddedPostgres start() {
    try {
      EmbeddedPostgres server = EmbeddedPostgres.builder().start();
      try (Connection connection = server.getPostgresDatabase().getConnection();
          Statement statement = connection.createStatement()) {
        ResultSet file = statement.executeQuery("show hba_file");
        file.next();
        Path rules = Path.of(file.getString(1));
        Files.writeString(rules, "host all crm all scram-sha-256\n" + Files.readString(rules));
        statement.execute("create role crm login password '%s'".formatted(PASSWORD));
        statement.execute(
            "create role \"%s\" login superuser".formatted(System.getProperty("user.name")));
        statement.execute("select pg_reload_conf()");
      }
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
