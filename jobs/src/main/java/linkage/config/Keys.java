package linkage.config;

import java.util.Locale;

/** The one rule by which an enum constant gets its name in settings. */
final class Keys {
  private Keys() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
