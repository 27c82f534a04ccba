package linkage.landing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the top-level keys of one JSON object, values as text. */
final class JsonFields {
  private final JsonFactory json;

  JsonFields(FileShape shape) {
    this.json =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxStringLength(shape.recordLimit())
                    .maxNameLength(shape.fieldLimit())
                    .build())
            .build();
  }

  /** A value and whether it was given more than once. */
  private static final class Fields {
    final Map<String, String> values = new LinkedHashMap<>();
    final Map<String, String> names = new LinkedHashMap<>();
  }

  /**
   * The values by trimmed name, in their order: strings unescaped, numbers and booleans as they are
   * written, {@code null} as null, objects and arrays as they are written, with whatever keys
   * repeat inside.
   */
  Map<String, String> read(String record) throws BadRecordException {
    char[] characters = record.toCharArray();
    try (JsonParser parser = json.createParser(characters, 0, characters.length)) {
      JsonToken first = parser.nextToken();
      if (first != JsonToken.START_OBJECT) {
        throw new BadRecordException("is %s, expected a JSON object".formatted(describe(first)));
      }
      Fields fields = new Fields();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = ColumnNames.trim(parser.currentName());
        parser.nextToken();
        put(fields, name, value(parser, characters));
      }
      if (parser.currentToken() != JsonToken.END_OBJECT) {
        throw new BadRecordException("isn't JSON", "the object isn't closed");
      }
      if (parser.nextToken() != null) {
        throw new BadRecordException("has text after the JSON object");
      }
      return fields.values;
    } catch (JsonProcessingException e) {
      String place =
          e.getLocation() == null
              ? ""
              : " (at character %d)".formatted(e.getLocation().getCharOffset() + 1);
      throw new BadRecordException("isn't JSON", oneLine(e.getOriginalMessage()) + place);
    } catch (IOException e) {
      throw new UncheckedIOException("Text in memory can't fail to be read.", e);
    }
  }

  private static String value(JsonParser parser, char[] characters)
      throws IOException, BadRecordException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
      int start = (int) parser.currentTokenLocation().getCharOffset();
      parser.skipChildren();
      int end = (int) parser.currentLocation().getCharOffset();
      return new String(characters, start, end - start);
    }
    String text = parser.getText();
    if (token == JsonToken.VALUE_STRING && holdsHalfCharacter(text)) {
      throw new BadRecordException(
          "has a key whose text holds half of a surrogate pair",
          "'%s'".formatted(parser.currentName()));
    }
    return text;
  }

  private static void put(Fields fields, String name, String value) throws BadRecordException {
    String other = fields.names.putIfAbsent(ColumnNames.key(name), name);
    if (name.isEmpty()) {
      throw new BadRecordException("has a key without a name");
    }
    if (ColumnNames.key(name).equals(ColumnNames.RECORD)) {
      throw new BadRecordException(
          "has the key %s, which is reserved".formatted(ColumnNames.RECORD));
    }
    if (name.equals(other)) {
      throw new BadRecordException("has a key twice", "'%s'".formatted(name));
    }
    if (other != null) {
      throw new BadRecordException(
          "has keys that differ only by case", "'%s' and '%s'".formatted(other, name));
    }
    fields.values.put(name, value);
  }

  private static boolean holdsHalfCharacter(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return true;
      }
    }
    return false;
  }

  private static String describe(JsonToken token) {
    if (token == null) {
      return "nothing";
    }
    return switch (token) {
      case START_ARRAY -> "a JSON array";
      case VALUE_STRING -> "a JSON string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      default -> "JSON " + token.asString();
    };
  }

  private static String oneLine(String message) {
    return message.replaceAll("\\s+", " ").trim();
  }
}
