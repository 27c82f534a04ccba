package linkage;

/**
 * A failure that a user can act on: its message says what was found, what was expected, what state
 * the world is in and what to do, and is shown without a stack trace.
 *
 * <p>The subtype says who must act, and is the exit code.
 */
public abstract sealed class LinkageException extends RuntimeException
    permits ConfigException,
        GateException,
        FenceException,
        TerminatedException,
        UnfinishedException {
  private static final long serialVersionUID = 1L;

  private final String told;

  LinkageException(String message) {
    this(message, message);
  }

  /**
   * A message that quotes what another program said, which may hold the values of a row.
   *
   * @param told the same without the quotation
   */
  LinkageException(String message, String told) {
    super(message);
    this.told = told;
  }

  LinkageException(String message, Throwable cause) {
    super(message, cause);
    this.told = message;
  }

  /**
   * What may be told of any failure where more people look than at the terminal and in the log: one
   * that nobody foresaw, or what a database said, may quote a row.
   */
  public static String told(Throwable failure) {
    if (failure instanceof LinkageException known) {
      return known.told;
    }
    return isDiskFull(failure)
        ? "no space left on a disk that the warehouse or Spark's own files lie on"
        : failure.getClass().getSimpleName() + "; the log has the details";
  }

  /** Whether a failure comes of a full disk. */
  public static boolean isDiskFull(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains("No space left on device")) {
        return true;
      }
    }
    return false;
  }

  /** The process's exit code. */
  public abstract int exitCode();
}
