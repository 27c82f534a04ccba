package linkage.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Encoders;
import org.junit.jupiter.api.Test;

class UnlinkedTest {
  private static List<String> unlinked(Company company) {
    LinkSources sources = SparkCompany.sources(SparkCompany.session(), company, 0);
    return Unlinked.responses(sources.responses(), sources.customers())
        .select("response_id")
        .as(Encoders.STRING())
        .collectAsList();
  }

  @Test
  void findsTheResponsesOfUnknownCustomersOnce() {
    Company company =
        new Company()
            .version("bob", "2024-01-01", "2024-01-01", "north", "gold")
            .version("bob", "2024-01-01", "2024-02-01", "south", "gold")
            .answers("2024-03-10", 9)
            .answers("2024-04-10", 9);

    assertThat(unlinked(company)).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void findsNoneIfEverythingIsLinked() {
    assertThat(unlinked(Company.withAnnSince("2024-01-01").answers("2024-03-10", 9))).isEmpty();
  }
}
