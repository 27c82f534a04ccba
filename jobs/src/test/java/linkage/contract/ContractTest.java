package linkage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ContractTest {
  private static final Contract RATES = Contract.source("fx_rates");

  @Test
  void readsAWholeContract() {
    assertThat(RATES.name()).isEqualTo("fx_rates");
    assertThat(RATES.version()).isEqualTo("1.0.0");
    assertThat(RATES.grain()).isEqualTo("One row per currency and day from which a rate is valid.");
    assertThat(RATES.key()).containsExactly("currency", "valid_on");
    assertThat(RATES.names())
        .containsExactly(
            "currency", "valid_on", "rate", "is_deleted", "version_at", "version_number");
  }

  @Test
  void readsTheRulesOfAField() {
    var rate = RATES.field("rate");
    assertThat(rate.type()).isEqualTo(DataTypes.createDecimalType(19, 10));
    assertThat(rate.required()).isTrue();
    assertThat(rate.isKey()).isFalse();
    assertThat(rate.range()).hasToString("above 0");
    assertThat(RATES.field("currency").pattern()).isEqualTo("^[A-Z]{3}$");
    assertThat(RATES.field("valid_on").notAfterArrival()).isTrue();
    assertThat(RATES.field("is_deleted").required()).isFalse();
    assertThat(Contract.source("customers").field("email").isPersonal()).isTrue();
    assertThat(Contract.source("transactions").field("kind").allowedValues())
        .containsExactly("purchase", "renewal", "refund", "credit");
    assertThat(Contract.source("transactions").field("amount").range()).hasToString("at least 0");
    assertThat(Contract.source("attrition").field("noticed_on").eventDay()).isFalse();
    assertThat(Contract.source("attrition").field("noticed_on").notAfterArrival()).isTrue();
  }

  @Test
  void knowsTheEventDayAndTheControlAmount() {
    assertThat(Contract.source("survey_responses").eventDay())
        .hasValueSatisfying(field -> assertThat(field.name()).isEqualTo("responded_at"));
    assertThat(Contract.source("survey_responses").controlAmount()).isEmpty();
    assertThat(Contract.source("transactions").controlAmount())
        .hasValueSatisfying(field -> assertThat(field.name()).isEqualTo("amount"));
    assertThat(Contract.mart("run_audits").eventDay()).isEmpty();
  }

  @Test
  void givesColumnsInTheirOrder() {
    assertThat(RATES.columns()).hasSize(6);
    assertThat(Arrays.toString(RATES.columns()))
        .isEqualTo("[currency, valid_on, rate, is_deleted, version_at, version_number]");
    assertThat(RATES.col("rate")).hasToString("rate");
  }

  @Test
  void givesItsTypeWithNullabilityAndComments() {
    var type = Contract.source("survey_responses").sparkType();
    assertThat(type.apply("response_id").nullable()).isFalse();
    assertThat(type.apply("verbatim").nullable()).isTrue();
    assertThat(type.apply("answers").dataType().catalogString()).isEqualTo("map<string,int>");
    assertThat(type.apply("team").getComment().get())
        .isEqualTo(
            "The team that served the customer, never a single employee; null when not given.");
  }

  @Test
  void namesTheDeclaredColumnsWhenOneIsMisspelt() {
    assertThatThrownBy(() -> RATES.col("rat"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot use column rat of fx_rates: schemas/sources/fx_rates.yaml declares only"
                + " currency, valid_on, rate, is_deleted, version_at, version_number."
                + " Declare it there first.");
    assertThat(RATES.has("rat")).isFalse();
    assertThat(RATES.has("rate")).isTrue();
  }

  @Test
  void namesTheDeclaredTablesWhenOneIsMisspelt() {
    assertThatThrownBy(() -> Contract.source("best_metrics"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot use contract best_metrics: schemas/sources declares only customers,"
                + " survey_responses, survey_invitations, transactions, attrition, fx_rates,"
                + " ledger_totals. Declare it there first.");
  }

  @Test
  void acceptsItsOwnTypeInAnyOrderAndNullability() {
    RATES.check(RATES.sparkType());
    RATES.check(
        StructType.fromDDL(
            "version_number BIGINT NOT NULL, version_at TIMESTAMP, is_deleted BOOLEAN,"
                + " rate DECIMAL(19,10), valid_on DATE, currency STRING"));
  }

  @Test
  void reportsAllDifferencesAtOnce() {
    var actual =
        StructType.fromDDL(
            "currency STRING, rate DOUBLE, is_deleted BOOLEAN, version_at TIMESTAMP,"
                + " version_number BIGINT, source STRING, currency STRING");
    assertThatThrownBy(() -> RATES.check(actual))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            """
            Cannot use this table as fx_rates: it differs from schemas/sources/fx_rates.yaml in \
            4 column(s). Change the query or the contract.
            - currency is there twice
            - valid_on is missing, expected date
            - rate is double, expected decimal(19,10)
            - source is not declared""");
  }

  @Test
  void travelsToExecutors() throws IOException, ClassNotFoundException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(RATES);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(RATES);
    }
  }
}
