package linkage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds every file under {@code schemas/} to the standard and to the house rules. */
class EveryContractTest {
  private static final Path SCHEMAS =
      Path.of(System.getProperty("linkage.home", "")).resolve("schemas");

  /** A contract that keeps every rule, to break one rule at a time. */
  private static final String SOUND =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: linkage-sources-visits
      name: visits
      version: 1.0.0
      status: active
      description:
        purpose: One row per visit.
        usage: Says when a customer came to a store.
      schema:
        - name: visits
          logicalType: object
          physicalType: table
          properties:
            - name: visit_id
              logicalType: string
              physicalType: STRING
              required: true
              primaryKey: true
              primaryKeyPosition: 1
              classification: pii
              description: The store's own identifier of the visit.
            - name: visited_on
              logicalType: date
              physicalType: DATE
              required: true
              classification: internal
              description: The local business day of the visit.
              customProperties:
                - property: eventDay
                  value: true
                - property: notAfterArrival
                  value: true
            - name: items_count
              logicalType: integer
              logicalTypeOptions:
                minimum: 0
              physicalType: BIGINT
              required: false
              classification: internal
              description: The items that were bought; null when not known.
              quality:
                - metric: nullValues
                  mustBeLessThan: 10
                  unit: percent
                  dimension: completeness
            - name: tags
              logicalType: array
              items:
                logicalType: string
                physicalType: STRING
              physicalType: ARRAY<STRING>
              required: true
              classification: internal
              description: The words the visit was marked with.
            - name: is_deleted
              logicalType: boolean
              physicalType: BOOLEAN
              required: false
              classification: internal
              description: Whether the visit was taken back; null means false.
            - name: version_at
              logicalType: timestamp
              physicalType: TIMESTAMP
              required: false
              classification: internal
              description: The instant of the last change; null when not known.
            - name: version_number
              logicalType: integer
              physicalType: BIGINT
              required: false
              classification: internal
              description: The number of the last change; null when not known.
          quality:
            - id: visits_have_items
              type: sql
              description: A visit of a day has items.
              query: select count(*) from {object} where items_count = 0
              mustBe: 0
      """;

  /** A mart that keeps every rule, to break one rule at a time. */
  private static final String SOUND_MART =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: linkage-marts-visit-counts
      name: visit_counts
      version: 1.0.0
      status: active
      description:
        purpose: One row per segment.
        usage: Answers how often the customers of a segment came.
      schema:
        - name: visit_counts
          logicalType: object
          physicalType: table
          properties:
            - name: as_of
              logicalType: date
              physicalType: DATE
              required: true
              classification: internal
              description: The as-of day of the run that published this row.
            - name: segment_set
              logicalType: string
              physicalType: STRING
              required: true
              primaryKey: true
              primaryKeyPosition: 1
              classification: internal
              description: The attributes that form the segments, joined.
            - name: segment
              logicalType: string
              physicalType: STRING
              required: true
              primaryKey: true
              primaryKeyPosition: 2
              classification: internal
              description: The values of those attributes, joined.
            - name: visitor_share
              logicalType: number
              logicalTypeOptions:
                minimum: 0
                maximum: 1
              physicalType: DOUBLE
              required: true
              classification: internal
              description: The share of the customers who came.
      """;

  @Test
  void everyFileIsListedAndEveryListedContractHasAFile() throws IOException {
    assertThat(namesIn("sources")).containsExactlyInAnyOrderElementsOf(Contract.sources());
    assertThat(namesIn("marts")).containsExactlyInAnyOrderElementsOf(Contract.marts());
  }

  @ParameterizedTest
  @MethodSource("files")
  void keepsTheStandard(Path file) {
    assertThat(Standard.problems(tree(file))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("files")
  void keepsTheHouseRules(Path file) {
    assertThat(HouseRules.problems(layer(file), name(file), tree(file))).isEmpty();
  }

  @Test
  void acceptsASoundContract() {
    assertThat(Standard.problems(tree(SOUND))).isEmpty();
    assertThat(HouseRules.problems("sources", "visits", tree(SOUND))).isEmpty();
    assertThat(Standard.problems(tree(SOUND_MART))).isEmpty();
    assertThat(HouseRules.problems("marts", "visit_counts", tree(SOUND_MART))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          apiVersion: v3.1.0         | apiVersion: v2.2.0        | apiVersion: is "v2.2.0", expected one of [v3.1.0]
          kind: DataContract         | kind: Table               | kind: is "Table", expected one of [DataContract]
          version: 1.0.0             | edition: 1.0.0            | edition: is not a key of the standard; version: is missing
          version: 1.0.0             | version: 1.5              | version: is 1.5, which is not of the expected kind
          status: active             | status: done              | status: is "done", expected one of [active, deprecated, draft, proposed, retired]
          status: active             | servers: []               | servers: this section is not checked here; status: is missing
          usage: Says                | use: Says                 | description.use: is not a key of the standard
          logicalType: object        | logicalType: table        | schema[0].logicalType: is "table", expected one of [object]
          - name: visits             | - businessName: visits    | schema[0].name: is missing
          logicalType: date          | logicalType: day          | schema[0].properties[1].logicalType: is "day", expected one of [array, boolean, date, integer, number, object, string, time, timestamp]
          required: true             | required: 1               | schema[0].properties[0].required: is 1, which is not of the expected kind
          primaryKeyPosition: 1      | primaryKeyPosition: 2     | schema[0].properties: primaryKeyPosition is [2], expected each of 1 to 1 once
          primaryKey: true           | primaryKey: false         | schema[0].properties: visit_id has a primaryKeyPosition but is no primaryKey
          classification: pii        | classification: ''        | schema[0].properties[0].classification: is blank, expected a word
          classification: pii        | sensitivity: pii          | schema[0].properties[0].sensitivity: is not a key of the standard
          name: visited_on           | name: visit_id            | schema[0].properties: visit_id is there twice
          name: visited_on           | id: visited on            | schema[0].properties[1].name: is missing; schema[0].properties[1].id: is "visited on", expected letters, digits, _ and - only
          minimum: 0                 | minLength: 0              | schema[0].properties[2].logicalTypeOptions.minLength: is not a key of the standard
          minimum: 0                 | minimum: none             | schema[0].properties[2].logicalTypeOptions.minimum: is "none", which is not of the expected kind
          minimum: 0                 | format: f64               | schema[0].properties[2].logicalTypeOptions.format: is "f64", which is not of the expected kind
          logicalType: array         | logicalType: object       | schema[0].properties[3].items: only a property of logicalType array has items
          property: eventDay         | name: eventDay            | schema[0].properties[1].customProperties[0].name: is not a key of the standard; schema[0].properties[1].customProperties[0].property: is missing
          metric: nullValues         | metric: nulls             | schema[0].properties[2].quality[0].metric: is "nulls", expected one of [duplicateValues, invalidValues, missingValues, nullValues]
          metric: nullValues         | metric: rowCount          | schema[0].properties[2].quality[0].metric: is "rowCount", expected one of [duplicateValues, invalidValues, missingValues, nullValues]
          mustBeLessThan: 10         | mustBeBetween: [10, 10]   | schema[0].properties[2].quality[0].mustBeBetween: is [10,10], which is not of the expected kind
          mustBeLessThan: 10         | arguments: {rows: 1}      | schema[0].properties[2].quality[0]: has operators [], expected one; schema[0].properties[2].quality[0]: nullValues takes no argument rows
          dimension: completeness    | dimension: truth          | schema[0].properties[2].quality[0].dimension: is "truth", expected one of [accuracy, completeness, conformity, consistency, coverage, timeliness, uniqueness]
          type: sql                  | type: python              | schema[0].quality[0].type: is "python", expected one of [custom, library, sql, text]
          type: sql                  | type: custom              | schema[0].quality[0].engine: is missing; schema[0].quality[0].implementation: is missing
          mustBe: 0                  | unit: rows                | schema[0].quality[0]: has operators [], expected one
          """)
  void rejectsABreachOfTheStandard(String sound, String broken, String problems) {
    assertThat(String.join("; ", Standard.problems(tree(broken(SOUND, sound, broken)))))
        .isEqualTo(problems);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          id: linkage-sources-visits         | id: visits                          | id is linkage-LAYER-NAME
          name: visits                       | name: visit                         | name is the file's name
          version: 1.0.0                     | version: '1'                        | version is major.minor.patch
          One row per visit.                 | All visits.                         | the purpose says 'One row per ….'
          Says when a customer came          | when a customer came                | description.usage is a sentence
          The store's own identifier of      | identifier of                       | visit_id is described in a full sentence
          items that were bought; null when  | items that were bought where        | items_count says what null means
          classification: pii                | classification: secret              | visit_id is classified as one of the four
          required: true                     | required: false                     | visit_id says what null means; visit_id is part of the key and required
          physicalType: BIGINT               | physicalType: INT                   | items_count is bigint
          minimum: 0                         | minimum: 1                          | items_count is at least 0
          name: visit_id                     | name: visitId                       | visitId is in snake_case
          name: visited_on                   | name: visit_day                     | visit_day is as_of, a month or ends in _on
          name: version_at                   | name: changed                       | changed ends in _at; a source ends with [is_deleted, version_at, version_number]
          name: tags                         | name: has_tags                      | has_tags is boolean by its name
          physicalType: ARRAY<STRING>        | physicalType: ARRAY<INT>            | tags has items of int
          logicalType: date                  | logicalType: timestamp              | visited_on is date, so its logicalType is date
          property: notAfterArrival          | property: notBefore                 | visited_on has only the marks
          property: eventDay                 | property: controlAmount             | a source has an eventDay; visited_on is a required decimal(18,2)
          property: notAfterArrival          | property: eventDay                  | visited_on is notAfterArrival
          from {object}                      | from visits                         | visits_have_items reads {object}
          """)
  void rejectsABreachOfTheHouseRules(String sound, String broken, String problems) {
    assertThat(
            String.join(
                "; ", HouseRules.problems("sources", "visits", tree(broken(SOUND, sound, broken)))))
        .startsWith(problems);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          name: as_of              | name: made_on            | the first column is as_of, required and no key
          name: segment_set        | name: segments           | the key of a mart about people starts with segment_set and segment
          name: visitor_share      | name: email              | email is pii in a source, which never reaches a mart
          maximum: 1               | maximum: 100             | visitor_share is from 0 to 1
          minimum: 0               | exclusiveMinimum: 0      | visitor_share is from 0 to 1
          classification: internal | classification: pii      | as_of is pii, which never reaches a mart
          """)
  void rejectsABreachOfTheRulesForMarts(String sound, String broken, String problems) {
    var file = tree(broken(SOUND_MART, sound, broken));
    assertThat(String.join("; ", HouseRules.problems("marts", "visit_counts", file)))
        .isEqualTo(problems);
  }

  @Test
  void readmeTellsEveryMartAndSourceWithItsGrain() throws IOException {
    var readme = Files.readString(SCHEMAS.resolve("README.md"));
    Stream.concat(
            Contract.marts().stream().map(Contract::mart),
            Contract.sources().stream().map(Contract::source))
        .forEach(
            contract ->
                assertThat(readme.lines())
                    .as(contract.name())
                    .anyMatch(
                        line ->
                            line.startsWith("| [`%s`]".formatted(contract.name()))
                                && line.endsWith("| %s |".formatted(contract.grain()))));
  }

  @Test
  void definitionsSayIssueRulingAndReasonInThatOrder() throws IOException {
    var sections = Files.readString(SCHEMAS.resolve("DEFINITIONS.md")).split("\n### ");
    assertThat(sections).hasSizeGreaterThan(40);
    for (var section : List.of(sections).subList(1, sections.length)) {
      assertThat(section.lines().filter(line -> line.startsWith("- **")))
          .as(section.lines().findFirst().orElseThrow())
          .satisfiesExactly(
              line -> assertThat(line).startsWith("- **Issue:** "),
              line -> assertThat(line).startsWith("- **Ruling:** "),
              line -> assertThat(line).startsWith("- **Reason:** "));
    }
  }

  @Test
  void rejectsAKeyThatIsThereTwice() {
    assertThatThrownBy(() -> tree("name: visits\nname: visitors\n"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Cannot read contract test: ");
  }

  static Stream<Path> files() throws IOException {
    try (var files = Files.walk(SCHEMAS)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .map(SCHEMAS::relativize)
          .sorted()
          .toList()
          .stream();
    }
  }

  private static List<String> namesIn(String layer) throws IOException {
    return files().filter(file -> layer(file).equals(layer)).map(EveryContractTest::name).toList();
  }

  private static String layer(Path file) {
    return file.getName(0).toString();
  }

  private static String name(Path file) {
    return file.getFileName().toString().replace(".yaml", "");
  }

  private static JsonNode tree(Path file) {
    try {
      return ContractFile.tree(file.toString(), Files.readString(SCHEMAS.resolve(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode tree(String text) {
    return ContractFile.tree("test", text);
  }

  private static String broken(String contract, String sound, String broken) {
    assertThat(contract).contains(sound);
    return contract.replaceFirst(Pattern.quote(sound), Matcher.quoteReplacement(broken));
  }
}
