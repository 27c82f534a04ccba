package linkage.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Year;
import java.util.List;
import linkage.ConfigException;
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
  void aLateFileTurnsWhatStandsRightBehindItIntoVersionsAndNothingElse() {
    shop.customers("2025-01-01", "k,north", "m,north");
    shop.customers("2025-01-03", "k,north", "l,north", ",north", "m,north");
    shop.night("2025-01-02");
    assertThat(shop.account("2025-01-03")).containsExactly(4L, 0L, 0L, 1L, 2L, 1L);

    // Since then files were copied over themselves, rows are read otherwise than they were, the one
    // without a number has one, and a younger file has come.
    shop.touch("2025-01-01");
    shop.touch("2025-01-03");
    shop.mapCustomers(
        "coalesce(nullif(customer_id, ''), 'n') as customer_id, acquired_on, region,"
            + " 'gold' as tier");
    shop.customers("2025-01-02", "k,south", "o,south");
    shop.customers("2025-01-04", "k,east", "m,north");
    shop.backfill("2025-01-02");

    List<String> versions =
        List.of(
            "2025-01-01#1 k",
            "2025-01-01#2 m",
            "2025-01-02#1 k",
            "2025-01-02#2 o",
            "2025-01-03#1 k",
            "2025-01-03#2 l");
    assertThat(shop.staged()).isEqualTo(versions);
    assertThat(shop.current()).containsExactly("k=north", "l=north", "m=north", "o=south");
    assertThat(shop.account("2025-01-03")).containsExactly(4L, 0L, 0L, 2L, 1L, 1L);
    assertThat(shop.refused()).isEqualTo(1);
    assertThat(shop.timesSeen("2025-01-01")).isEqualTo(2);
    assertThat(shop.timesSeen("2025-01-03")).isEqualTo(2);

    shop.replay("2025-01-05");

    // The new row of m has a tier, which the staged one that it follows hasn't.
    assertThat(shop.staged())
        .containsAll(versions)
        .contains("2025-01-03#3 n", "2025-01-04#1 k", "2025-01-04#2 m")
        .hasSize(versions.size() + 3);
    assertThat(shop.account("2025-01-03")).containsExactly(4L, 0L, 0L, 3L, 1L, 0L);
    assertThat(shop.refused()).isZero();
  }

  @Test
  void whatIsReplayedStandsBeforeDuplicatesAndNewRowsBehindIt() {
    shop.mapCustomers(
        "customer_id, if(region = 'south', 'never', acquired_on) as acquired_on, region");
    shop.customers("2025-01-01", "in other file,north", "in own file,north", "tonight,north");
    shop.customers("2025-01-02", "in other file,south", "in own file,south", "in own file,north");
    shop.customers("2025-01-03", "in other file,north", "tonight,south");
    shop.night("2025-01-03");
    assertThat(shop.account("2025-01-02")).containsExactly(3L, 0L, 0L, 0L, 1L, 2L);
    assertThat(shop.account("2025-01-03")).containsExactly(2L, 0L, 0L, 0L, 1L, 1L);

    shop.mapCustomers("customer_id, acquired_on, region");
    shop.customers("2025-01-04", "tonight,north");
    shop.replay("2025-01-05");

    assertThat(shop.current())
        .containsExactly("in other file=north", "in own file=north", "tonight=north");
    assertThat(shop.account("2025-01-02")).containsExactly(3L, 0L, 0L, 3L, 0L, 0L);
    assertThat(shop.account("2025-01-03")).containsExactly(2L, 0L, 0L, 2L, 0L, 0L);
    assertThat(shop.account("2025-01-04")).containsExactly(1L, 0L, 0L, 1L, 0L, 0L);
    // The day before still says what was put aside then.
    assertThat(shop.refusedAsOf("2025-01-04")).isEqualTo(3);
    assertThat(shop.refusedAsOf("2025-01-05")).isZero();
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
  void recordsThatTheMappingReturnsNoRowForAreReplayedUntilItDoes() {
    shop.mapCustomersBy(
        "select customer_id, acquired_on, region, _record from raw where region <> 'south'");
    shop.customers("2025-01-01", "k,north", "l,south");
    shop.night("2025-01-01");
    shop.replay("2025-01-02");
    assertThat(shop.account("2025-01-01")).containsExactly(2L, 0L, 0L, 1L, 0L, 1L);
    assertThat(shop.refused()).isEqualTo(1);

    shop.mapCustomers("customer_id, acquired_on, region");
    shop.replay("2025-01-03");

    assertThat(shop.current()).containsExactly("k=north", "l=south");
    assertThat(shop.account("2025-01-01")).containsExactly(2L, 0L, 0L, 2L, 0L, 0L);
    assertThat(shop.refused()).isZero();
  }

  /** A row that isn't staged any more looks like one that was a duplicate. */
  @Test
  void aRowWhoseVersionWasDeletedIsNotCountedOnceMore() {
    shop.customers("2025-01-01", "k,north");
    shop.transactions("2025-01-05", "t1,20", "t9,5");
    shop.transactions("2025-01-10", "t1,30");
    shop.night("2025-03-10");
    shop.shorten(30);
    assertThat(shop.staged("transactions")).containsExactly("2025-01-01#2 t9", "2025-01-10#1 t1");

    shop.transactions("2025-01-03", "t1,15", "t9,6");
    shop.night("2025-03-11");

    assertThat(shop.account("transactions", "2025-01-03")).containsExactly(2L, 0L, 0L, 2L, 0L, 0L);
    // The 5 of t9, which no version followed, is news behind the 6; the 20 of t1 counts already.
    assertThat(shop.account("transactions", "2025-01-05")).containsExactly(2L, 0L, 0L, 2L, 0L, 0L);
    assertThat(shop.staged("transactions"))
        .containsExactly(
            "2025-01-01#2 t9",
            "2025-01-03#1 t1",
            "2025-01-03#2 t9",
            "2025-01-05#2 t9",
            "2025-01-10#1 t1");
  }

  @Test
  void onADayThatIsOverNothingIsReadAndWhatCameWaitsForTheNextNight() {
    shop.customers("2025-01-01", "k,north");
    shop.night("2025-01-05");
    shop.customers("2025-01-02", "l,south");
    shop.backfill("2025-01-04");
    assertThat(shop.current()).containsExactly("k=north");
    assertThatThrownBy(() -> shop.replay("2025-01-04"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Cannot replay as of 2025-01-04: a run has spoken of 2025-01-05, and what is read now"
                + " wasn't known before. Nothing was read or changed. Replay as of 2025-01-05 or a"
                + " later day.");

    shop.night("2025-01-05");

    assertThat(shop.current()).containsExactly("k=north", "l=south");
  }

  /** Else every night until then would read nothing and say that all went well. */
  @Test
  void noNightGoesOnWhereOneHasSpokenOfADayThatIsYetToCome() {
    shop.customers("2025-01-01", "k,north");
    shop.night("2999-01-01");

    assertThatThrownBy(() -> shop.night("2025-01-05"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            "Cannot go on: a run has spoken of 2999-01-01, and today is %d-"
                .formatted(Year.now().getValue()))
        .hasMessageContaining("Nothing was read or changed. Set the clock right;");
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
}
