package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.LocalDate;
import linkage.ConfigException;
import linkage.ingest.Quarantine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that were read before are read once more, for a late file or to be replayed: what then is
 * current is what one run over all files would say, and every record counts once.
 */
class ReadAgainTest {
  @TempDir Path root;

  private SmallShop shop;

  @BeforeEach
  void open() {
    shop = new SmallShop(root);
  }

  @Test
  void aLateFileTurnsTheDuplicatesBehindItIntoVersions() {
    shop.customers("2025-01-01", "k,north");
    shop.customers("2025-01-03", "k,north", "l,north");
    shop.night("2025-01-03");
    shop.customers("2025-01-02", "k,south");

    shop.night("2025-01-04");

    assertThat(shop.current()).containsExactly("k=north", "l=north");
    assertThat(shop.account("2025-01-03")).containsExactly(2L, 0L, 0L, 2L, 0L, 0L);
  }

  @Test
  void aMappingThatChangedSinceCountsNoRecordTwice() {
    shop.customers("2025-01-01", "k,north", "m,north");
    shop.customers("2025-01-03", "k,north", "l,north", ",north", "m,north");
    shop.night("2025-01-03");
    assertThat(shop.account("2025-01-03")).containsExactly(4L, 0L, 0L, 1L, 2L, 1L);
    // All rows differ from what was read of them, and the one without a number has one now.
    shop.mapCustomers(
        "coalesce(customer_id, 'n') as customer_id, acquired_on, region, 'gold' as tier");
    shop.customers("2025-01-02", "k,south", "o,south");

    shop.night("2025-01-04");

    // Only what stands right behind a row of the late file is a version.
    assertThat(shop.staged())
        .containsExactly(
            "2025-01-01#1 k",
            "2025-01-01#2 m",
            "2025-01-02#1 k",
            "2025-01-02#2 o",
            "2025-01-03#1 k",
            "2025-01-03#2 l");
    assertThat(shop.account("2025-01-03")).containsExactly(4L, 0L, 0L, 2L, 1L, 1L);
    assertThat(shop.refused()).isEqualTo(1);

    shop.replay("2025-01-05");

    assertThat(shop.staged()).contains("2025-01-03#3 n").hasSize(7);
    assertThat(shop.account("2025-01-03")).containsExactly(4L, 0L, 0L, 3L, 1L, 0L);
    assertThat(shop.refused()).isZero();
  }

  @Test
  void aDayThatIsFilledInLooksAtTheFilesBehindItToo() {
    shop.customers("2025-01-01", "k,north");
    shop.customers("2025-01-03", "k,north");
    shop.night("2025-01-03");
    shop.customers("2025-01-02", "k,south");
    shop.customers("2025-01-04", "k,east");

    shop.backfill("2025-01-02");

    assertThat(shop.current()).containsExactly("k=north");
    shop.night("2025-01-04");
    assertThat(shop.current()).containsExactly("k=east");
  }

  @Test
  void aFileThatWasCopiedOverItselfIsLookedAtAndIsKnownFromThenOn() {
    shop.customers("2025-01-01", "k,north");
    shop.customers("2025-01-03", "k,north");
    shop.night("2025-01-03");
    shop.customers("2025-01-02", "k,south");
    shop.touch("2025-01-03");

    shop.night("2025-01-04");

    assertThat(shop.current()).containsExactly("k=north");
    assertThat(shop.account("2025-01-03")).containsExactly(1L, 0L, 0L, 1L, 0L, 0L);
  }

  @Test
  void whatIsReplayedStandsBeforeDuplicatesOfOtherFiles() {
    refuseSouth();
    shop.customers("2025-01-01", "k,north");
    shop.customers("2025-01-02", "k,south");
    shop.customers("2025-01-03", "k,north");
    shop.night("2025-01-03");

    shop.mapCustomers("customer_id, acquired_on, region");
    shop.replay("2025-01-04");

    assertThat(shop.current()).containsExactly("k=north");
    assertThat(shop.account("2025-01-02")).containsExactly(1L, 0L, 0L, 1L, 0L, 0L);
    assertThat(shop.account("2025-01-03")).containsExactly(1L, 0L, 0L, 1L, 0L, 0L);
  }

  @Test
  void whatIsReplayedStandsBeforeDuplicatesOfItsOwnFile() {
    refuseSouth();
    shop.customers("2025-01-01", "k,north");
    shop.customers("2025-01-02", "k,south", "k,north");
    shop.night("2025-01-02");

    shop.mapCustomers("customer_id, acquired_on, region");
    shop.replay("2025-01-04");

    assertThat(shop.current()).containsExactly("k=north");
    assertThat(shop.account("2025-01-02")).containsExactly(2L, 0L, 0L, 2L, 0L, 0L);
  }

  @Test
  void whatIsReplayedStandsBeforeRowsOfTheSameNight() {
    refuseSouth();
    shop.customers("2025-01-01", "k,north");
    shop.customers("2025-01-02", "k,south");
    shop.night("2025-01-02");

    shop.mapCustomers("customer_id, acquired_on, region");
    shop.customers("2025-01-03", "k,north");
    shop.replay("2025-01-04");

    assertThat(shop.current()).containsExactly("k=north");
    assertThat(shop.account("2025-01-03")).containsExactly(1L, 0L, 0L, 1L, 0L, 0L);
  }

  @Test
  void rowsThatWereGoodStayWhenOthersOfTheirRecordAreReplayed() {
    String two =
        "select customer_id, acquired_on, region, _record from raw union all select %s as"
            + " customer_id, acquired_on, region, _record from raw";
    shop.mapCustomersBy(two.formatted("cast(null as string)"));
    shop.customers("2025-01-01", "k,north");
    shop.customers("2025-01-02", "k,north");
    shop.night("2025-01-02");
    assertThat(shop.account("2025-01-01")).containsExactly(1L, 0L, 1L, 1L, 0L, 1L);
    assertThat(shop.account("2025-01-02")).containsExactly(1L, 0L, 1L, 0L, 1L, 1L);

    shop.mapCustomersBy(two.formatted("concat(customer_id, '2')"));
    shop.replay("2025-01-03");

    assertThat(shop.current()).containsExactly("k2=north", "k=north");
    assertThat(shop.account("2025-01-01")).containsExactly(1L, 0L, 1L, 2L, 0L, 0L);
    assertThat(shop.account("2025-01-02")).containsExactly(1L, 0L, 1L, 0L, 2L, 0L);
  }

  @Test
  void aDayBeforeTheReplayStillSaysWhatWasPutAsideThen() {
    refuseSouth();
    shop.customers("2025-01-01", "k,north", "l,south");
    shop.night("2025-01-01");
    shop.mapCustomers("customer_id, acquired_on, region");

    shop.replay("2025-01-03");

    assertThat(Quarantine.current(shop.look(), LocalDate.of(2025, 1, 2)).count()).isEqualTo(1);
    assertThat(Quarantine.current(shop.look(), LocalDate.of(2025, 1, 3)).count()).isZero();
  }

  @Test
  void aDayBeforeTheFirstFileNamesThatFile() {
    shop.customers("2025-02-02", "k,north");
    shop.customers("2025-02-01", "k,north");

    assertThatThrownBy(() -> shop.backfill("2025-01-31"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "- source customers: all 2 file(s) are dated after 2025-01-31, the first"
                + " customers_2025-02-01.csv");
  }

  /** Maps so that a customer of the south can't be read. */
  private void refuseSouth() {
    shop.mapCustomers(
        "customer_id, if(region = 'south', 'never', acquired_on) as acquired_on, region");
  }
}
