package linkage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import linkage.testing.Postgres;
import linkage.testing.SparkTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands make of a source that lies in a database. */
class DatabaseCommandsTest {
  @TempDir private Path folder;
  private Path conf;
  private int exitCode;

  @BeforeEach
  void writeDeployment() throws IOException {
    SparkTest.session();
    Postgres.run(
        "drop table if exists buyers",
        "create table buyers (id int, since date, tier text)",
        "insert into buyers values (7, '2024-01-31', 'gold'), (8, null, 'tin')");
    conf = Files.createDirectories(folder.resolve("conf/shop"));
    Files.createDirectories(folder.resolve("landing"));
    settings("url: '%s', table: buyers".formatted(Postgres.url()));
    mapping("select id as customer_id, since as acquired_on, tier, _record from raw");
  }

  @Test
  void validatesAndPreviewsWhatWasNeverPulledAndWritesNothing() throws IOException {
    assertThat(linkage("validate"))
        .contains(
            "Note: customers: nothing has been pulled yet; only columns were checked, no row.")
        .contains("A night could run");
    assertThat(exitCode).isZero();
    assertThat(linkage("preview", "--source", "customers"))
        .contains("2024-01-31", "gold", "refused: acquired_on is missing")
        .contains("raw: {\"id\":8,\"tier\":\"tin\"}");
    assertThat(exitCode).isZero();
    assertThat(folder.resolve("landing")).isEmptyDirectory();

    mapping("select number as customer_id, since as acquired_on, _record from raw");
    assertThat(linkage("validate")).contains("customers.sql can't be planned").contains("number");
    assertThat(exitCode).isEqualTo(2);
  }

  @Test
  void stopsANightWhoseDatabaseHasNoSuchTable() throws IOException {
    settings("url: '%s', table: sellers".formatted(Postgres.url()));
    for (String command : new String[] {"validate", "run"}) {
      assertThat(linkage(command))
          .contains("Cannot pull source customers from jdbc:postgresql://localhost:")
          .contains("relation \"sellers\" does not exist")
          .contains("Nothing of it was landed and the published marts are unchanged.")
          .doesNotContain("\tat ");
      assertThat(exitCode).isEqualTo(2);
    }
    assertThat(folder.resolve("warehouse/marts")).doesNotExist();
  }

  private void settings(String jdbc) throws IOException {
    Files.writeString(
        conf.resolve("linkage.yaml"),
        """
        landing: %s
        warehouse: %s
        demo: true
        reporting-currency: EUR
        time-zone: UTC
        sources:
          customers: {jdbc: {%s}}
        """
            .formatted(folder.resolve("landing"), folder.resolve("warehouse"), jdbc));
  }

  private void mapping(String sql) throws IOException {
    Files.writeString(conf.resolve("customers.sql"), sql);
  }

  private String linkage(String command, String... options) {
    var text = new StringWriter();
    String[] arguments = new String[options.length + 3];
    arguments[0] = command;
    arguments[1] = "--conf";
    arguments[2] = conf.toString();
    System.arraycopy(options, 0, arguments, 3, options.length);
    exitCode = Main.run(new PrintWriter(text), arguments);
    return text.toString();
  }
}
