package linkage.demo;

import java.util.SplittableRandom;

/** What customers write: with line breaks, quotes, delimiters, backslashes and many scripts. */
final class Texts {
  /** Why customers leave. */
  static final String[] REASONS = {
    "price",
    "moved away",
    "competitor offered \"half price for a year\"",
    "faults, again; nobody called back",
    "Line dropped every evening.\nThree technicians,\nthree opinions.",
    "contract was too long, too dear",
    "déménagement à Genève",
    "Umzug nach Köln; kein Anschluß",
    "service \\ support",
    "said: \"we'll see\"\r\nand then nothing",
    "网速太慢",
    "folder C:\\invoices\\"
  };

  private static final String[] GLAD = {
    "Great service, thank you!",
    "Always friendly; never had to wait.",
    "\"Just works\" 👍",
    "Très content, merci — à bientôt",
    "The technician explained everything.\nHouse number 7, blue door.",
    "Läuft, läuft, läuft; 5 Sterne"
  };
  private static final String[] EVEN = {
    "OK, but dear.",
    "It depends; evenings are slow, mornings are fine.",
    "Ni bien ni mal, \"correct\"",
    "No comment\t(really)",
    "普通です"
  };
  private static final String[] SORRY = {
    "Waited 45 minutes, then the call was cut.",
    "Router restarts every night.\r\n\r\nNobody cares!",
    "I was promised \"tomorrow\"; that was in May, €30 wasted",
    "Schlecht erreichbar; drei Anrufe, drei Antworten",
    "Path to the fault log: C:\\logs\\router\\",
    "😡 enough"
  };

  private Texts() {}

  /** A comment that goes with an NPS answer, or an empty text. */
  static String comment(int nps, SplittableRandom random) {
    String[] texts = nps >= 9 ? GLAD : nps >= 7 || nps < 0 ? EVEN : SORRY;
    String text = texts[random.nextInt(texts.length)];
    return random.nextDouble() < 0.3 ? text : "";
  }
}
