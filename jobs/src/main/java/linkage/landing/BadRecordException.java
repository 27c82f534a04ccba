package linkage.landing;

/** A record can't be split into values; the message is its problem. */
final class BadRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  /** A problem that says all. */
  BadRecordException(String reason) {
    super(reason, null, false, false);
  }

  /**
   * A problem with what was found in the record.
   *
   * @param reason the kind of problem, the same for all records that have it: reasons are counted
   * @param found what this record holds
   */
  BadRecordException(String reason, String found) {
    this(reason + ": " + found);
  }
}
