package linkage.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.Serializable;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import linkage.config.QuestionSettings;
import org.apache.spark.sql.Row;

/**
 * Reads the answers of one response: from a column per question, from pairs, or from JSON text.
 *
 * <p>A question answered twice, a score outside its scale or that isn't a whole number is a reason
 * that names the question. Questions that the deployment doesn't declare are left out.
 */
final class AnswersParser implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final JsonFactory JSON = new JsonFactory();

  private final Map<String, QuestionSettings> questions;
  private final TextParser text;

  AnswersParser(List<QuestionSettings> questions, TextParser text) {
    this.questions =
        new LinkedHashMap<>(
            questions.stream().collect(Collectors.toMap(QuestionSettings::id, q -> q)));
    this.text = text;
  }

  /** One response's scores while they are read. */
  private final class Scores {
    // Sorted, so that equal answers are equal rows in whatever order they were given.
    private final Map<String, Integer> scores = new TreeMap<>();
    private final Map<String, Boolean> seen = new HashMap<>();
    private final Reasons reasons;

    Scores(Reasons reasons) {
      this.reasons = reasons;
    }

    void add(String question, Object raw) {
      QuestionSettings declared = questions.get(question);
      if (declared == null) {
        return;
      }
      if (seen.put(question, true) != null) {
        reasons.add("answer %s is given twice".formatted(question), raw);
        return;
      }
      String given = text.text(raw);
      if (given == null) {
        return;
      }
      Long score = text.whole(raw instanceof String ? given : raw).orElse(null);
      if (score == null) {
        reasons.add("answer %s is not a whole number".formatted(question), given);
      } else if (score < declared.minimum() || score > declared.maximum()) {
        reasons.add(
            "answer %s is outside %d to %d"
                .formatted(question, declared.minimum(), declared.maximum()),
            given);
      } else {
        scores.put(question, score.intValue());
      }
    }
  }

  /** Scores from one column per question. */
  Map<String, Integer> fromColumns(Row row, Map<String, Integer> columns, Reasons reasons) {
    var scores = new Scores(reasons);
    columns.forEach((question, column) -> scores.add(question, row.get(column)));
    return scores.scores;
  }

  /** Scores from one column: pairs, a map, or JSON text of an object or an array of pairs. */
  Map<String, Integer> fromColumn(Object answers, Reasons reasons) {
    var scores = new Scores(reasons);
    if (answers instanceof scala.collection.Map<?, ?> map) {
      scala.jdk.javaapi.CollectionConverters.asJava(map)
          .forEach((question, score) -> scores.add(String.valueOf(question), score));
    } else if (answers instanceof scala.collection.Iterable<?> pairs) {
      scala.jdk.javaapi.CollectionConverters.asJava(pairs)
          .forEach(
              pair -> {
                if (pair instanceof Row row && !row.isNullAt(0)) {
                  scores.add(row.get(0).toString(), row.get(1));
                }
              });
    } else if (text.text(answers) != null) {
      fromJson(answers.toString(), scores::add, reasons);
    }
    return scores.scores;
  }

  private static void fromJson(String json, BiConsumer<String, Object> scores, Reasons reasons) {
    try (JsonParser parser = JSON.createParser(json)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String question = parser.currentName();
          parser.nextToken();
          scores.accept(question, scalar(parser));
        }
      } else if (first == JsonToken.START_ARRAY) {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
          pair(parser, scores);
        }
      } else {
        reasons.add("answers is not a JSON object or array", json);
      }
    } catch (IOException e) {
      reasons.add("answers is not JSON", json);
    }
  }

  private static void pair(JsonParser parser, BiConsumer<String, Object> scores)
      throws IOException {
    String question = null;
    Object score = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "question" -> question = parser.getText();
        case "score" -> score = scalar(parser);
        default -> parser.skipChildren();
      }
    }
    if (question != null) {
      scores.accept(question, score);
    }
  }

  private static Object scalar(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    if (parser.currentToken().isStructStart()) {
      parser.skipChildren();
      return "(nested)";
    }
    return parser.getText();
  }
}
