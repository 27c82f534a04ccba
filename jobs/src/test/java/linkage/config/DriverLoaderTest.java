package linkage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriverLoaderTest {
  @TempDir Path projectRoot;

  @Test
  void moreDriversThanCanBeJudgedAreRefusedWithTheLimit() {
    assertThatThrownBy(() -> load(41, ""))
        .hasMessageContaining(
            "has 41 entries, expected at most 40 drivers (up to 30 are judged in every segment,"
                + " more for all customers alone)");
  }

  @Test
  void manyDriversAreJudgedForEveryoneAlone() {
    assertThat(load(30, "").driverSegmentSets()).hasSize(2);
    assertThat(load(31, "").driverSegmentSets()).containsExactly(SegmentSet.ALL);
  }

  @Test
  void scenariosMustFitTheScaleAndNameDrivers() {
    assertThatThrownBy(
            () ->
                load(
                    2,
                    """
                    driver-scenarios:
                      plus_one_point: {drivers: [d1], from: 1, to: 2, become: 3}
                      quicker: {drivers: [d1], from: 4, to: 2, become: 9, share: 0}
                      warmer: {drivers: [nps], from: 1, to: 2, become: 3}
                    downstream-drivers: {d1: [d1], d2: [d9]}
                    """))
        .hasMessageContaining("driver-scenarios.plus_one_point")
        .hasMessageContaining("expected another name")
        .hasMessageContaining("to (line")
        .hasMessageContaining("expected at least driver-scenarios.quicker.from, which is 4")
        .hasMessageContaining("expected a score of d1, which runs from 1 to 5")
        .hasMessageContaining("expected a number above 0 and at most 1")
        .hasMessageContaining("\"nps\", expected the name of a driver")
        .hasMessageContaining("\"d1\", expected the name of another driver")
        .hasMessageContaining("\"d9\", expected the name of another driver");
  }

  private Settings load(int drivers, String more) {
    List<String> names = IntStream.rangeClosed(1, drivers).mapToObj(i -> "d" + i).toList();
    String questions =
        names.stream()
            .map(name -> "  %s: {minimum: 1, maximum: 5, favourable: high}".formatted(name))
            .collect(Collectors.joining("\n"));
    String yaml =
        """
        landing: exports
        demo: true
        reporting-currency: EUR
        time-zone: Europe/Berlin
        segment-sets: [[region]]
        questions:
          nps: {minimum: 0, maximum: 10, favourable: high}
        %s
        metrics:
          nps: {question: nps}
        drivers: [%s]
        %ssources:
          customers: {files: [customers.csv], format: csv}
          survey_responses: {files: [responses.csv], format: csv}
          transactions: {files: [transactions.csv], format: csv}
          attrition: {files: [attrition.csv], format: csv}
        """
            .formatted(questions, String.join(", ", names), more);
    return new Deployment(projectRoot).settings(yaml).load();
  }
}
