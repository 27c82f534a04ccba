package linkage.landing;

/** A record can't be split into values; the message is its problem. */
final class BadRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  BadRecordException(String problem) {
    super(problem, null, false, false);
  }
}
