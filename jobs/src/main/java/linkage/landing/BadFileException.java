package linkage.landing;

import java.io.IOException;

/** A file fails as a whole; the message is the reason, a phrase that follows the file's name. */
final class BadFileException extends IOException {
  private static final long serialVersionUID = 1L;

  BadFileException(String reason) {
    super(reason);
  }

  BadFileException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
