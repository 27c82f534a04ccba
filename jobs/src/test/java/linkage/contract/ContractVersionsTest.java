package linkage.contract;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nobody changes the columns of a mart without a new version and a word to its readers. */
class ContractVersionsTest {
  private static final Path VERSIONS = Path.of("schemas/marts/versions.txt");

  @ParameterizedTest
  @MethodSource("marts")
  void everyVersionOfAMartHasTheColumnsItWasPublishedWith(String mart) throws IOException {
    Contract contract = Contract.mart(mart);
    String line = "%s %s %s".formatted(mart, contract.version(), fingerprint(contract));
    assertThat(published().get(mart + " " + contract.version()))
        .as(
            "%s: its columns are others than those of version %s. Raise its version, say in"
                + " CHANGELOG.md under Marts what readers must do, and add to %s the line%n%s",
            contract.path(), contract.version(), VERSIONS, line)
        .isEqualTo(line);
  }

  @ParameterizedTest
  @MethodSource("marts")
  void theChangelogTellsOfEveryVersion(String mart) throws IOException {
    String version = Contract.mart(mart).version();
    String said = Files.readString(Path.of("CHANGELOG.md")).replaceAll("\\s+", " ");
    assertThat(said)
        .as("CHANGELOG.md, under Marts")
        .contains(version.equals("1.0.0") ? "`" + mart + "`" : "`%s` %s".formatted(mart, version));
  }

  @Test
  void anyChangeOfAColumnChangesTheFingerprint() {
    Contract contract = Contract.mart("metric_scores");
    List<Field> fields = contract.fields();
    String fingerprint = fingerprint(contract);

    assertThat(fingerprint(with(contract, fields.subList(1, fields.size()))))
        .isNotEqualTo(fingerprint);
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      var nullable =
          new Field(
              field.name(),
              field.type(),
              !field.required(),
              field.keyPosition(),
              field.classification(),
              field.description(),
              field.allowedValues(),
              field.range(),
              field.pattern(),
              field.eventDay(),
              field.notAfterArrival(),
              field.controlAmount());
      List<Field> changed = new java.util.ArrayList<>(fields);
      changed.set(i, nullable);
      assertThat(fingerprint(with(contract, changed))).as(field.name()).isNotEqualTo(fingerprint);
    }
  }

  static List<String> marts() {
    return Contract.marts();
  }

  /** The published lines, by mart and version. */
  private static Map<String, String> published() throws IOException {
    Map<String, String> lines = new HashMap<>();
    for (String line : Files.readAllLines(VERSIONS)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String before = lines.put(line.substring(0, line.lastIndexOf(' ')), line);
        assertThat(before).as("a version stands once in %s", VERSIONS).isNull();
      }
    }
    return lines;
  }

  /** A digest of what a reader's query rests on: columns, types, nulls, keys and values. */
  private static String fingerprint(Contract contract) {
    String columns =
        contract.fields().stream()
            .map(
                field ->
                    String.join(
                        "|",
                        field.name(),
                        field.type().sql(),
                        String.valueOf(field.required()),
                        String.valueOf(field.keyPosition()),
                        String.valueOf(field.allowedValues()),
                        String.valueOf(field.range()),
                        field.pattern()))
            .collect(joining("\n"));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(columns.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Contract with(Contract contract, List<Field> fields) {
    return new Contract(
        contract.path(),
        contract.name(),
        contract.version(),
        contract.grain(),
        fields,
        contract.rules());
  }
}
