package linkage.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linkage.ConfigException;
import linkage.config.CustomerKeys;
import linkage.config.Overrides;
import linkage.config.Settings;
import linkage.testing.Decoded;
import linkage.testing.SparkTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForgottenTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @TempDir Path root;

  @Test
  void listsCustomersUnderHashesThatNobodyElseCanMake() throws Exception {
    Settings settings = settings();
    var staging = Staging.open(SparkTest.session(), settings.warehouse());
    assertThat(Forgotten.of(staging, settings, name -> SECRET).isEmpty()).isTrue();

    CustomerKeys keys = CustomerKeys.of(Optional.of("SHOP_KEY"), name -> SECRET);
    for (int again = 0; again < 2; again++) {
      Forgotten.list(staging, settings, List.of("customer-0007"), keys, Instant.EPOCH);
    }
    staging.commit("run");

    Forgotten forgotten = Forgotten.of(staging, settings, name -> SECRET);
    assertThat(forgotten.contains("customer-0007")).isTrue();
    assertThat(forgotten.contains("customer-0008")).isFalse();
    assertThat(forgotten.contains(null)).isFalse();
    assertThat(forgotten.standIn("t1")).hasSize(64).isNotEqualTo(keys.of("t1"));
    assertThat(forgotten.standIn(null)).isNull();
    Path warehouse = root.resolve("warehouse");
    assertThat(SparkTest.session().read().format("delta").load(warehouse + "/ledger/forgotten"))
        .satisfies(list -> assertThat(list.count()).isEqualTo(1));
    assertThat(Decoded.filesHolding(warehouse, "customer-0007")).isEmpty();
    assertThat(Decoded.filesHolding(warehouse, keys.of("customer-0007"))).isEmpty();
  }

  /** A list that lay in staging would go with it, and all who are on it would come back. */
  @Test
  void remembersThemWhenStagingIsMovedAwayAndReadAnew() throws Exception {
    Settings settings = settings();
    CustomerKeys keys = CustomerKeys.of(Optional.of("SHOP_KEY"), name -> SECRET);
    var staging = Staging.open(SparkTest.session(), settings.warehouse());
    Forgotten.list(staging, settings, List.of("c1"), keys, Instant.EPOCH);
    staging.append("customers", SparkTest.session().range(3).toDF());
    staging.commit("run");

    Files.move(root.resolve("warehouse/staging"), root.resolve("moved"));

    var anew = Staging.open(SparkTest.session(), settings.warehouse());
    assertThat(anew.isNew()).isTrue();
    assertThat(Forgotten.of(anew, settings, name -> SECRET).contains("c1")).isTrue();
  }

  /** Earlier versions kept the list in staging. */
  @Test
  void takesAListInStagingForOne() throws Exception {
    Settings settings = settings();
    CustomerKeys keys = CustomerKeys.of(Optional.of("SHOP_KEY"), name -> SECRET);
    var staging = Staging.open(SparkTest.session(), settings.warehouse());
    Forgotten.list(staging, settings, List.of("c1"), keys, Instant.EPOCH);
    var list =
        SparkTest.session().read().format("delta").load(root + "/warehouse/ledger/forgotten");
    staging.append(Forgotten.TABLE, list.localCheckpoint());
    staging.commit("run");
    Files.move(root.resolve("warehouse/ledger/forgotten"), root.resolve("moved"));

    assertThat(Forgotten.of(staging, settings, name -> SECRET).contains("c1")).isTrue();
    Forgotten.list(staging, settings, List.of("c1", "c2"), keys, Instant.EPOCH);
    Forgotten both = Forgotten.of(staging, settings, name -> SECRET);
    assertThat(both.contains("c1")).isTrue();
    assertThat(both.contains("c2")).isTrue();
    Forgotten.list(staging, settings, List.of("c3"), keys, Instant.EPOCH);
    assertThat(
            SparkTest.session().read().format("delta").load(root + "/warehouse/ledger/forgotten"))
        .satisfies(all -> assertThat(all.count()).isEqualTo(3));
  }

  /** With another secret, nobody on the list would be known, and all would come back. */
  @Test
  void stopsAtAnotherSecretThanTheListWasWrittenWith() throws Exception {
    Settings settings = settings();
    var staging = Staging.open(SparkTest.session(), settings.warehouse());
    CustomerKeys keys = CustomerKeys.of(Optional.of("SHOP_KEY"), name -> SECRET);
    Forgotten.list(staging, settings, List.of("c1"), keys, Instant.EPOCH);
    staging.commit("run");

    assertThatThrownBy(() -> Forgotten.of(staging, settings, name -> SECRET + "!"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Cannot keep forgotten customers away: they are listed under another secret than the one"
                + " that key-variable names (SHOP_KEY). Nothing was read or changed. Set the secret"
                + " that was used before.");
  }

  private Settings settings() throws Exception {
    Path folder = Files.createDirectories(root.resolve("conf/shop"));
    Files.writeString(folder.resolve("customers.sql"), "select *, _record from raw");
    Files.writeString(
        folder.resolve("linkage.yaml"),
        """
        landing: exports
        warehouse: warehouse
        reporting-currency: EUR
        time-zone: UTC
        key-variable: SHOP_KEY
        sources:
          customers: {files: ["c.csv"], format: csv}
        """);
    return Settings.load(Path.of("conf/shop"), root, Overrides.NONE, Map.of("SHOP_KEY", SECRET));
  }
}
