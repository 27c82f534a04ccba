package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import linkage.ConfigException;
import linkage.config.Settings;
import linkage.publish.Pointer;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinnedSecretTest {
  private static final String EARLIER = "20250131T030000.000Z-1";
  private static final String FIRST = "20250201T030000.000Z-1";
  private static final String LATER = "20250202T030000.000Z-1";

  @TempDir Path root;

  private Settings settings;
  private Settings withoutSecret;
  private Path file;

  @BeforeEach
  void settings() {
    var company = new TinyCompany(root);
    withoutSecret = company.settings();
    company.keepSecret("LINKAGE_TEST_KEY");
    settings = company.settings();
    file = root.resolve("warehouse/ledger/_secret.json");
  }

  @Test
  void theFirstSecretIsPinnedAndNoOtherTakesItsPlace() throws Exception {
    PinnedSecret secret = secret("first");
    secret.check();
    secret.pin(FIRST);
    String pinned = Files.readString(file);
    assertThat(pinned).contains(FIRST).doesNotContain("first");

    secret.check();
    secret.pin(LATER);
    assertThat(file).hasContent(pinned);
    assertThatThrownBy(() -> secret("second").check())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "made with another secret than the one that key-variable names (LINKAGE_TEST_KEY)."
                + " Nothing was read or changed. Set the secret that was used before.")
        .hasMessageContaining("move %s away and run a night".formatted(file))
        .hasMessageNotContaining("second");
  }

  @Test
  void aDeploymentWithoutSecretPinsNone() {
    var none = new PinnedSecret(withoutSecret, name -> null, new Configuration());
    none.pin(FIRST);
    none.check();
    none.checkPublished(Optional.of(published(FIRST)));

    assertThat(file).doesNotExist();
  }

  /** As after a rollback to before a change of secret, or where an older Linkage published. */
  @Test
  void nobodyIsLookedForInMartsThatMayHaveOtherKeys() {
    PinnedSecret secret = secret("first");
    assertThatCode(() -> secret.checkPublished(Optional.empty())).doesNotThrowAnyException();
    refuses(secret, FIRST);

    secret.pin(FIRST);

    refuses(secret, EARLIER);
    secret.checkPublished(Optional.of(published(FIRST)));
    secret.checkPublished(Optional.of(published(LATER)));
  }

  private static void refuses(PinnedSecret secret, String run) {
    assertThatThrownBy(() -> secret.checkPublished(Optional.of(published(run))))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Cannot look for anybody in the published marts: nothing says that their customer keys,"
                + " those of run %s, were made with the secret that key-variable names"
                    .formatted(run)
                + " (LINKAGE_TEST_KEY). Nothing was changed. Run a night, then try again.");
  }

  private static Pointer published(String run) {
    return new Pointer(run, LocalDate.EPOCH, Instant.EPOCH);
  }

  private PinnedSecret secret(String value) {
    return new PinnedSecret(settings, name -> value, new Configuration());
  }
}
