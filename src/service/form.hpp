#pragma once
// A sheet as it is shown to whoever fills it in: on a phone, on the therapist's screen in the room, or beside
// a paper form that is keyed in.

#include <optional>
#include <string>
#include <vector>

#include "service/adaptive.hpp"
#include "service/measure.hpp"

namespace securebase::service {

struct FormItem {
  int position = 0;                 ///< in the order of the sheet, from 1
  bool asked = true;                ///< false: it is answered "not_asked"
  std::optional<std::string> text;  ///< nothing: the wording is not ours to show, the person has it on paper
  int lowest = 0;
  int highest = 0;
  std::vector<std::string> options;  ///< one an answer from lowest to highest, or none
  std::optional<std::string> gist;   ///< a few words of ours, for whoever keys in from paper; not for clients
  bool risk = false;                 ///< an answer somebody must see soon; not said to clients
  bool guarded = false;              ///< its answer is not shown again: seen by others it could endanger

  static constexpr auto fields(const auto& use) {
    return use(Field{"position", &FormItem::position}, Field{"asked", &FormItem::asked},
               Field{"text", &FormItem::text}, Field{"lowest", &FormItem::lowest},
               Field{"highest", &FormItem::highest}, Field{"options", &FormItem::options},
               Field{"gist", &FormItem::gist}, Field{"risk", &FormItem::risk},
               Field{"guarded", &FormItem::guarded});
  }
};

enum class FormAction { show_help_if, show_item_if };
template <>
inline constexpr std::array names_of<FormAction> = {"show_help_if"sv, "show_item_if"sv};

/// What the page does by itself when `item` is answered `at_least` or more.
struct FormRule {
  FormAction action = FormAction::show_help_if;
  int item = 0;
  int at_least = 0;
  std::vector<int> items;  ///< to be shown

  static constexpr auto fields(const auto& use) {
    return use(Field{"action", &FormRule::action}, Field{"item", &FormRule::item},
               Field{"at_least", &FormRule::at_least}, Field{"items", &FormRule::items});
  }
};

/// Whom a sheet is about: the page puts it where a wording says {figure}.
struct FormFigure {
  FigureKind kind = FigureKind::other;
  std::optional<Private<std::string>> name;

  static constexpr auto fields(const auto& use) {
    return use(Field{"kind", &FormFigure::kind}, Field{"name", &FormFigure::name});
  }
};

struct Form {
  Id<Administration> sheet;  ///< what its answers are sent with
  std::string title;
  std::string recall;                 ///< the time it asks about; may be empty
  std::optional<std::string> locale;  ///< of the wording, where it is here
  std::optional<std::string> instruction;
  std::vector<FormItem> items;
  std::vector<FormRule> rules;
  std::optional<std::string> risk_contact;  ///< who reads risk answers and when, where any is asked
  std::string therapist_name;               ///< who can read it once it is sent
  std::string help_contact;                 ///< of the practice, for whoever needs help now; may be empty
  std::string help_phone;                   ///< the number in it
  std::optional<Instant> expires_at;        ///< until when the link opens it again
  std::optional<FormFigure> figure;
  /// Of a sheet that asks only what tells most: how it begins. Nothing: all that is asked, in its order.
  std::optional<NextQuestion> adaptive;
  std::optional<int> most_items;  ///< what the client wants at most

  static constexpr auto fields(const auto& use) {
    return use(Field{"sheet", &Form::sheet}, Field{"title", &Form::title}, Field{"recall", &Form::recall},
               Field{"locale", &Form::locale}, Field{"instruction", &Form::instruction},
               Field{"items", &Form::items}, Field{"rules", &Form::rules},
               Field{"risk_contact", &Form::risk_contact}, Field{"therapist_name", &Form::therapist_name},
               Field{"help_contact", &Form::help_contact}, Field{"help_phone", &Form::help_phone},
               Field{"expires_at", &Form::expires_at}, Field{"figure", &Form::figure},
               Field{"adaptive", &Form::adaptive}, Field{"most_items", &Form::most_items});
  }
};

/// Answers as a page sends them: with the sheet that it shows, which may no longer be the session's.
struct SentAnswers {
  Id<Administration> sheet;
  std::vector<std::string> answers;

  static constexpr auto fields(const auto& use) {
    return use(Field{"sheet", &SentAnswers::sheet}, Field{"answers", &SentAnswers::answers});
  }
};

/// The form of a sheet, for its therapist: with gists, and with every item that the definition has.
[[nodiscard]] Result<Form> read_sheet_form(const Practice& practice, const Actor& actor,
                                           const Id<Course>& course, const Id<Administration>& sheet);

// In the room: the therapist's screen is locked to one sheet and handed over. The session then reads that
// form and sends its answers, and nothing else, until the therapist unlocks it by the password.

/// Errors: "measure.mode" (conflict; it was not given for the room), "measure.sent" (conflict),
/// "consent.missing".
[[nodiscard]] Result<bool> enter_room(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                      const Id<Administration>& sheet);
/// By such a session. Errors: "measure.sent" (conflict), "administration.not_found".
[[nodiscard]] Result<Form> read_room_form(const Practice& practice, const Actor& actor);
/// Where another sheet was given beside it for the room (GiveMeasure::beside), the screen goes on to that one
/// and stays locked. Errors: "answers.value" names the item; "measure.other_sheet" (conflict): another is
/// open by now.
[[nodiscard]] Result<bool> send_room_form(const Practice& practice, const Actor& actor,
                                          const SentAnswers& input);
/// What an adaptive sheet asks after these answers, as they would be sent. Nothing of it is kept, and reading
/// the form stands in the audit for all of it. Errors: those of sending, "measure.not_adaptive" (conflict).
[[nodiscard]] Result<NextQuestion> next_room_question(const Practice& practice, const Actor& actor,
                                                      const SentAnswers& input);

// For other use cases of this room

enum class FormReader { client, therapist };
/// `asks_risk`: whether risk items are asked.
[[nodiscard]] Result<Form> form_of(Transaction& transaction, const Practice& practice,
                                   const Administration& sheet, bool asks_risk, FormReader reader);
/// What follows from these answers. Errors: "measure.other_sheet", "answers.value", "measure.not_adaptive".
[[nodiscard]] Result<NextQuestion> next_on_sheet(const Practice& practice, const Administration& sheet,
                                                 const SentAnswers& input);
[[nodiscard]] bool is_open(const Administration& sheet);
/// Given or begun becomes `progress`; what is sent or stopped stays so.
[[nodiscard]] Result<bool> set_progress(Transaction& transaction, const Administration& sheet,
                                        Progress progress);
/// Error "measure.sent" (conflict).
[[nodiscard]] Result<bool> needs_open(const Administration& sheet);
/// Error "measure.other_sheet" (conflict): answers of a page that shows another sheet.
[[nodiscard]] Result<bool> needs_same(const Administration& sheet, const SentAnswers& input);
/// The respondent agrees to what the sheet needs, now. Errors "consent.missing", "person.erased".
[[nodiscard]] Result<bool> still_agreed(Transaction& transaction, const Administration& sheet);
/// No link opens it any more, and whoever has it open on a phone is sent away.
[[nodiscard]] Result<bool> end_links(Transaction& transaction, const Practice& practice,
                                     const Id<Administration>& sheet);
/// Whoever has it open on a phone is sent away.
[[nodiscard]] Result<bool> end_portal_sessions(Transaction& transaction, const Id<Administration>& sheet);
/// Sheets of a course that are not sent are stopped, and their links end.
[[nodiscard]] Result<bool> stop_open_sheets(Transaction& transaction, const Practice& practice,
                                            const Id<Course>& course);

}  // namespace securebase::service
