package linkage.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class UnlinkedTest {
  private static Row count(Company company) {
    return Unlinked.count(SparkCompany.sources(SparkCompany.session(), company, 0)).head();
  }

  @Test
  void countsEventsOfUnknownCustomersAndOfNobody() {
    Company company =
        new Company()
            .version("bob", "2024-01-01", "2024-01-01", "north", "gold")
            .version("bob", "2024-01-01", "2024-02-01", "south", "gold")
            .answers("2024-03-10", 9)
            .answers("2024-04-10", 9)
            .buys("2024-03-10", "1.00");
    for (String customer : new String[] {null, null, null, "bob"}) {
      company.transactions.add(
          new Company.Transaction(
              customer, LocalDate.parse("2024-03-10"), "purchase", BigDecimal.ONE));
    }

    assertThat(count(company)).isEqualTo(RowFactory.create(2L, 1L, 3L));
  }

  @Test
  void isZeroIfEverythingIsLinked() {
    assertThat(count(Company.withAnnSince("2024-01-01").answers("2024-03-10", 9)))
        .isEqualTo(RowFactory.create(0L, 0L, 0L));
  }
}
