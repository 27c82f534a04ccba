package linkage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import linkage.ConfigException;
import org.junit.jupiter.api.Test;

class CustomerKeysTest {

  /** RFC 4231, test case 2. */
  @Test
  void keysAreThoseOfThePublishedExample() {
    CustomerKeys keys = CustomerKeys.of(Optional.of("SECRET"), name -> "Jefe");

    assertThat(keys.of("what do ya want for nothing?"))
        .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }

  @Test
  void anotherSecretGivesOtherKeys() {
    CustomerKeys known = CustomerKeys.of(Optional.empty(), name -> null);
    CustomerKeys secret = CustomerKeys.of(Optional.of("SECRET"), name -> "s3cret");

    assertThat(secret.of("c1")).isNotEqualTo(known.of("c1")).isEqualTo(secret.of("c1"));
    assertThat(known.of("c1")).isNotEqualTo(known.of("c2"));
  }

  @Test
  void aDeclaredSecretMustBeThere() {
    for (String value : new String[] {null, ""}) {
      assertThatThrownBy(() -> CustomerKeys.of(Optional.of("SECRET"), name -> value))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "Cannot make customer keys: key-variable names the environment variable SECRET, which"
                  + " is not set or empty.");
    }
  }
}
