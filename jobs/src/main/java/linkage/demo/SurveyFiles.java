package linkage.demo;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import linkage.demo.Life.Invitation;
import linkage.demo.Life.Response;

/**
 * The survey tool's exports: invitations as CSV; responses as compressed JSON lines, whose answers
 * are an array of objects, so that a question can be answered twice.
 */
final class SurveyFiles implements Closeable {
  private static final String SURVEY = "relationship";
  private static final double UNLINKED = 0.005;
  private static final String[] CHANNELS = {"email", "email", "app", "sms"};

  private final Exports invitations;
  private final Exports responses;

  SurveyFiles(Path landing, Exports.Part part) throws IOException {
    Path folder = landing.resolve("surveys");
    invitations =
        new Exports(
            folder,
            "invitations",
            ".csv",
            Exports.YEARLY,
            part,
            "invitation_id,customer_id,survey,sent_at,response_id");
    responses = new Exports(folder, "responses", ".jsonl.gz", Exports.YEARLY, part, "");
  }

  private enum BadInvitation {
    MISSING_ID,
    MISSING_CUSTOMER,
    UNPARSABLE_DATE,
    FUTURE_DATE
  }

  private enum BadResponse {
    MISSING_ID,
    MISSING_CUSTOMER,
    UNPARSABLE_DATE,
    THIRTY_FIRST_OF_FEBRUARY,
    FUTURE_DATE,
    OUTSIDE_SCALE,
    DECIMAL_COMMA,
    ANSWERED_TWICE,
    CUT_OFF
  }

  /** Writes a customer's invitations and responses. A bad row takes the place of the good one. */
  void write(Life life, Mess mess) throws IOException {
    for (Invitation invitation : life.invitations()) {
      writeInvitation(life, invitation, mess);
      if (invitation.response().isPresent()) {
        writeResponse(life, invitation.response().get(), mess);
      }
    }
  }

  private void writeInvitation(Life life, Invitation invitation, Mess mess) throws IOException {
    String id = invitation.id();
    String customer = life.customerId();
    String sentAt = RawText.localTime(invitation.day(), invitation.secondOfDay());
    if (mess.happens(Mess.BAD)) {
      switch (mess.oneOf(BadInvitation.values())) {
        case MISSING_ID -> id = "";
        case MISSING_CUSTOMER -> customer = "";
        case UNPARSABLE_DATE -> sentAt = "3/14/2025 9:05 AM";
        case FUTURE_DATE -> sentAt = "2093-05-04 09:00:00";
      }
    }
    String response = invitation.response().map(Response::id).orElse("");
    invitations.deliver(
        invitation.day(), String.join(",", id, customer, SURVEY, sentAt, response), mess);
  }

  private void writeResponse(Life life, Response response, Mess mess) throws IOException {
    String comment = Texts.comment(response.score(Question.NPS), mess.random());
    String channel = mess.oneOf(CHANNELS);
    String completedAt = RawText.offsetTime(response.day(), response.secondOfDay());
    String answers = answers(response.scores(), mess);
    var row = new Row(response.id(), life.customerId(), completedAt, channel, answers, comment);
    if (mess.happens(Mess.BAD)) {
      responses.deliver(response.day(), bad(row, mess), mess);
    } else {
      Optional<String> wrong =
          mess.happens(Mess.CORRECTED)
              ? Optional.of(row.withAnswers(answers(wrong(response), mess)).json())
              : Optional.empty();
      responses.deliver(response.day(), row.json(), wrong, mess);
    }
    if (mess.happens(UNLINKED)) {
      // The survey's link was passed on to someone whom the CRM doesn't know.
      responses.deliver(response.day(), row.fromStranger().json(), mess);
    }
  }

  /** The scores as first keyed in: everything at the favourable end. */
  private static int[] wrong(Response response) {
    int[] scores = response.scores().clone();
    for (Question question : new Question[] {Question.NPS, Question.CSAT}) {
      scores[question.ordinal()] = question.maximum();
    }

    return scores;
  }

  /** The answers; those that don't apply are null or missing. */
  private static String answers(int[] scores, Mess mess) {
    var text = new StringBuilder("[");
    for (Question question : Question.values()) {
      int score = scores[question.ordinal()];
      boolean isMissing = score == Question.NOT_APPLICABLE;
      if (isMissing && mess.happens(0.5)) {
        continue;
      }
      text.append(text.length() == 1 ? "" : ",")
          .append(answer(question, isMissing ? "null" : Integer.toString(score)));
    }

    return text.append(']').toString();
  }

  private static String answer(Question question, String score) {
    return "{\"question\":\"" + question.id() + "\",\"score\":" + score + "}";
  }

  private static String bad(Row row, Mess mess) {
    return switch (mess.oneOf(BadResponse.values())) {
      case MISSING_ID -> row.json().replace("\"id\":\"" + row.id() + "\",", "");
      case MISSING_CUSTOMER -> row.json().replace("\"" + row.customer() + "\"", "null");
      case UNPARSABLE_DATE -> row.withCompletedAt("last Tuesday").json();
      case THIRTY_FIRST_OF_FEBRUARY -> row.withCompletedAt("2025-02-31T10:00:00+01:00").json();
      case FUTURE_DATE -> row.withCompletedAt("2093-05-04T10:00:00+02:00").json();
      case OUTSIDE_SCALE -> row.withAnswers("[" + answer(Question.CSAT, "9") + "]").json();
      case DECIMAL_COMMA -> row.withAnswers("[" + answer(Question.NPS, "\"7,5\"") + "]").json();
      case ANSWERED_TWICE ->
          row.withAnswers("[" + answer(Question.NPS, "9") + "," + answer(Question.NPS, "2") + "]")
              .json();
      case CUT_OFF -> row.json().substring(0, row.json().length() / 2);
    };
  }

  void publish() throws IOException {
    invitations.publish();
    responses.publish();
  }

  @Override
  public void close() throws IOException {
    invitations.close();
    responses.close();
  }

  /** One response as the tool writes it. */
  private record Row(
      String id,
      String customer,
      String completedAt,
      String channel,
      String answers,
      String comment) {
    Row withCompletedAt(String text) {
      return new Row(id, customer, text, channel, answers, comment);
    }

    Row withAnswers(String text) {
      return new Row(id, customer, completedAt, channel, text, comment);
    }

    Row fromStranger() {
      String stranger = customer.replace("C-", "X-");
      return new Row(id + "F", stranger, completedAt, channel, answers, comment);
    }

    String json() {
      return "{\"id\":\""
          + id
          + "\",\"customer\":\""
          + customer
          + "\",\"survey\":\""
          + SURVEY
          + "\",\"completed_at\":\""
          + completedAt
          + "\",\"channel\":\""
          + channel
          + "\",\"answers\":"
          + answers
          + (comment.isEmpty() ? "" : ",\"comment\":" + RawText.json(comment))
          + "}";
    }
  }
}
