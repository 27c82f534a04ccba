package linkage.config;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import linkage.ConfigException;

/**
 * The names under which customers appear in marts: HMAC-SHA256 of the customer's number, in
 * hexadecimal, keyed with the deployment's secret.
 *
 * <p>Whoever holds the secret and the customer numbers can find the customer of a key, and nobody
 * else can. Without a secret a key that everybody knows stands in, as the configuration warns.
 */
public final class CustomerKeys implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String ALGORITHM = "HmacSHA256";
  private static final String KNOWN_TO_ALL = "linkage";

  private final byte[] secret;
  private transient Mac mac;

  private CustomerKeys(String secret) {
    this.secret = secret.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads the secret.
   *
   * @param variable the environment variable that holds it; absent if none is declared
   * @param environment the value of a variable, null if it isn't set
   * @throws ConfigException if the variable is declared and isn't set
   */
  public static CustomerKeys of(Optional<String> variable, UnaryOperator<String> environment) {
    return new CustomerKeys(
        variable
            .map(
                name -> {
                  String value = environment.apply(name);
                  if (value == null || value.isEmpty()) {
                    throw new ConfigException(
                        "Cannot make customer keys: key-variable names the environment variable %s,"
                                .formatted(name)
                            + " which is not set or empty.");
                  }
                  return value;
                })
            .orElse(KNOWN_TO_ALL));
  }

  /** Tells the secret apart from others without telling it: a hash, as keys are. */
  public String fingerprint() {
    return of("secret");
  }

  /** The key of a customer. */
  public String of(String customerId) {
    try {
      if (mac == null) {
        mac = Mac.getInstance(ALGORITHM);
        mac.init(new SecretKeySpec(secret, ALGORITHM));
      }
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("Every Java has " + ALGORITHM, e);
    }
    return HexFormat.of().formatHex(mac.doFinal(customerId.getBytes(StandardCharsets.UTF_8)));
  }
}
