package linkage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * The files of {@code conf/deploy} fit the command line, the launcher and each other. Their own
 * syntax is checked by who reads them: {@code .ci/deploy-files}.
 */
class DeployFilesTest {
  private static final Path HOME = Path.of(System.getProperty("linkage.home"));
  private static final String CRONTAB = read("conf/deploy/linkage.crontab");
  private static final String SERVICE = read("conf/deploy/linkage.service");
  private static final String DOCKERFILE = read("conf/deploy/Dockerfile");
  private static final String DOCUMENT = read("docs/deploy.md");
  private static final JsonNode NIGHTS = yaml("conf/deploy/kubernetes.yaml").get(0);
  private static final JsonNode TEMPLATE = NIGHTS.at("/spec/template");
  private static final List<JsonNode> NAMESPACE = yaml("conf/deploy/kubernetes-namespace.yaml");

  @Test
  void everyRecipeRunsANightThatIsWatched() {
    for (List<String> arguments : recipes()) {
      ParseResult night =
          new CommandLine(new Main()).parseArgs(arguments.toArray(String[]::new)).subcommand();

      assertThat(night.commandSpec().name()).isEqualTo("run");
      for (String option : new String[] {"--conf", "--stage-log", "--metrics"}) {
        assertThat(night.hasMatchedOption(option)).as("%s in %s", option, arguments).isTrue();
      }
    }
  }

  private static List<List<String>> recipes() {
    List<List<String>> recipes = new ArrayList<>();
    recipes.add(words(group("/opt/linkage/linkage ([^>]+)>>", CRONTAB)));
    recipes.add(words(group("ExecStart=/opt/linkage/linkage (.+)", SERVICE)));
    recipes.add(words(group("linkage\\.jar (run .+)", DOCUMENT.replace("\\\n", ""))));
    recipes.add(texts(TEMPLATE.path("arguments")));
    return recipes;
  }

  @Test
  void whatTheyNameOfTheProjectIsThere() {
    assertThat(HOME.resolve("linkage")).isExecutable();
    assertThat(read("linkage")).contains(groups("(LINKAGE_(?!KEY)[A-Z]+)", CRONTAB + SERVICE));
    assertThatCode(() -> Class.forName(TEMPLATE.path("mainClass").asText()))
        .doesNotThrowAnyException();
    assertThat(groups("COPY (?!target)(\\S+)", DOCKERFILE))
        .isNotEmpty()
        .allSatisfy(path -> assertThat(HOME.resolve(path)).exists());
    assertThat(groups("(/opt/linkage/[\\w./-]+)", TEMPLATE.toString()))
        .isNotEmpty()
        .isSubsetOf(groups("COPY \\S+ (\\S+)", DOCKERFILE));
    for (String linked : groups("\\]\\(\\.\\./(conf/[^)#]+)", DOCUMENT)) {
      assertThat(HOME.resolve(linked)).exists();
    }
  }

  /** Else a night ends before it has read anything. */
  @Test
  void theServiceMayWriteWhereItsNightWrites() {
    List<String> writable = words(group("ReadWritePaths=(.+)", SERVICE));

    assertThat(groups("(?:LINKAGE_LOG=|--stage-log |--metrics )(\\S+)", SERVICE))
        .hasSize(3)
        .isEqualTo(groups("(?:LINKAGE_LOG=|--stage-log |--metrics )(\\S+)", CRONTAB))
        .allMatch(file -> writable.stream().anyMatch(folder -> file.startsWith(folder + "/")));
    assertThat(List.of(group("landing: (/\\S+)", DOCUMENT), group("warehouse: (/\\S+)", DOCUMENT)))
        .allMatch(place -> writable.stream().anyMatch(folder -> place.startsWith(folder + "/")));
  }

  @Test
  void whatANightFindsOnKubernetesIsMadeBefore() {
    Map<String, String> made = new HashMap<>();
    NAMESPACE.forEach(
        object -> made.put(object.path("kind").asText(), object.at("/metadata/name").asText()));
    String namespace = made.get("Namespace");

    assertThat(NIGHTS.at("/metadata/namespace").asText()).isEqualTo(namespace);
    assertThat(
            NAMESPACE.stream().filter(object -> !object.at("/kind").asText().equals("Namespace")))
        .allMatch(object -> object.at("/metadata/namespace").asText().equals(namespace));
    assertThat(TEMPLATE.at("/driver/serviceAccount").asText())
        .isEqualTo(made.get("ServiceAccount"));
    assertThat(TEMPLATE.at("/volumes").findValuesAsText("claimName"))
        .containsExactly(made.get("PersistentVolumeClaim"));
    assertThat(DOCUMENT)
        .contains(
            "kubectl -n %s create configmap %s "
                .formatted(namespace, TEMPLATE.at("/volumes/0/configMap/name").asText()),
            "kubectl -n %s create secret generic %s "
                .formatted(namespace, TEMPLATE.at("/driver/envFrom/0/secretRef/name").asText()));
    assertThat(TEMPLATE.at("/volumes").findValuesAsText("name"))
        .containsAll(TEMPLATE.at("/driver/volumeMounts").findValuesAsText("name"));
  }

  @Test
  void versionsAreThoseOfTheBuild() {
    String pom = read("pom.xml");
    String spark = group("<spark\\.version>(.+)</spark\\.version>", pom);
    String scala = group("<scala\\.binary\\.version>(.+)</scala\\.binary\\.version>", pom);
    String image = TEMPLATE.path("image").asText();

    assertThat(TEMPLATE.path("sparkVersion").asText()).isEqualTo(spark);
    assertThat(DOCKERFILE).contains("FROM apache/spark:%s-scala%s-java17".formatted(spark, scala));
    assertThat(image).endsWith(":" + group("<version>(.+)</version>", pom));
    assertThat(DOCKERFILE).contains("-t " + image + " .");
    assertThat(DOCUMENT).contains("-t " + image + " .");
  }

  private static String read(String path) {
    try {
      return Files.readString(HOME.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<JsonNode> yaml(String path) {
    try (var documents = new YAMLMapper().readerFor(JsonNode.class).readValues(read(path))) {
      List<JsonNode> all = new ArrayList<>();
      documents.forEachRemaining(document -> all.add((JsonNode) document));
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> words(String line) {
    return List.of(line.strip().split("\\s+"));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static String group(String pattern, String text) {
    List<String> found = groups(pattern, text);
    assertThat(found).as(pattern).isNotEmpty();
    return found.get(0);
  }

  private static List<String> groups(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }
}
