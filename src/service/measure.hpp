#pragma once
// Measures: giving one, recording what was answered, reading it with its scores; and the risk answers among
// them, which are never silent. Responses are stored; scores are computed each time by the definition that
// was used.

#include <optional>
#include <string>
#include <vector>

#include "measures/scoring.hpp"
#include "service/chart.hpp"
#include "service/practice.hpp"
#include "service/session_record.hpp"
#include "service/wording.hpp"

namespace securebase::service {

struct GiveMeasure {
  std::string instrument;  ///< "phq-9" or "phq-9@2001"
  std::optional<std::string> item_order;
  Id<Person> respondent;
  std::optional<Id<Person>> subject;  ///< whom it is about; the respondent by default
  std::optional<Id<Figure>> figure;
  OccasionKind occasion = OccasionKind::other;
  Mode mode = Mode::in_room;
  bool ask_risk = true;                    ///< false: risk items are not asked
  std::optional<std::string> locale = {};  ///< of an imported wording; the newest by default
  bool adaptive = false;                   ///< ask only what tells most (adaptive.hpp)
  std::optional<int> most_items = {};      ///< where it is adaptive: what the client wants at most
  /// One that is not sent yet: they are answered on one occasion, in the room one after another.
  std::optional<Id<Administration>> beside = {};
  /// After this meeting: all that is given after one is of one occasion.
  std::optional<Id<TherapySession>> session = {};

  static constexpr auto fields(const auto& use) {
    return use(Field{"instrument", &GiveMeasure::instrument}, Field{"item_order", &GiveMeasure::item_order},
               Field{"respondent", &GiveMeasure::respondent}, Field{"subject", &GiveMeasure::subject},
               Field{"figure", &GiveMeasure::figure}, Field{"occasion", &GiveMeasure::occasion},
               Field{"mode", &GiveMeasure::mode}, Field{"ask_risk", &GiveMeasure::ask_risk},
               Field{"locale", &GiveMeasure::locale}, Field{"adaptive", &GiveMeasure::adaptive},
               Field{"most_items", &GiveMeasure::most_items}, Field{"beside", &GiveMeasure::beside},
               Field{"session", &GiveMeasure::session});
  }
};

/// Errors: "instrument.unknown", "order.unknown", "measure.order_needed", "measure.member" (respondent and
/// subject are members of the course), "measure.figure" (somebody else's), "measure.locale" (no wording in
/// this language, or several and none is said), "consent.missing" (limits_explained and measures; for a phone
/// also portal). For a phone also, all conflicts: "measure.no_wording", "portal.unproven",
/// "measure.risk_on_phone". Where it is to be adaptive: "measure.not_adaptive" (conflict; it is asked in
/// full, is not worded here, or is for paper), "measure.most_items" (fewer than tell anything, or not
/// adaptive). "measure.beside" (not a sheet of this respondent in this course, or sent), "measure.session"
/// (not a meeting of this course).
[[nodiscard]] Result<Administration> give_measure(const Practice& practice, const Actor& actor,
                                                  const Id<Course>& course, const GiveMeasure& input);

/// One word an item, in the order of the sheet: a whole number, "skipped", "not_applicable" or "not_asked".
struct Answers {
  std::vector<std::string> answers;

  static constexpr auto fields(const auto& use) { return use(Field{"answers", &Answers::answers}); }
};

/// Where a score lies in a group of people.
struct StandingView {
  std::string group;  ///< "practice": of the practice's own people (norms.hpp)
  double z = 0;
  std::optional<double> percentile;  ///< percent of the group at or below, 0 to 100
  std::string basis;
  bool verified = false;

  static constexpr auto fields(const auto& use) {
    return use(Field{"group", &StandingView::group}, Field{"z", &StandingView::z},
               Field{"percentile", &StandingView::percentile}, Field{"basis", &StandingView::basis},
               Field{"verified", &StandingView::verified});
  }
};

struct ScaleView {
  std::string scale;
  std::string name;
  std::optional<double> value;  ///< nothing: too much was left out
  std::string state;
  double range_min = 0;
  double range_max = 0;
  bool higher_is_worse = true;
  std::optional<double> standard_error;
  std::optional<double> lower;  ///< of the 95 % interval
  std::optional<double> upper;
  std::string basis;  ///< what the error rests on
  bool verified = false;
  std::vector<StandingView> standings;  ///< at most one for each group of people

  static constexpr auto fields(const auto& use) {
    return use(Field{"scale", &ScaleView::scale}, Field{"name", &ScaleView::name},
               Field{"value", &ScaleView::value}, Field{"state", &ScaleView::state},
               Field{"range_min", &ScaleView::range_min}, Field{"range_max", &ScaleView::range_max},
               Field{"higher_is_worse", &ScaleView::higher_is_worse},
               Field{"standard_error", &ScaleView::standard_error}, Field{"lower", &ScaleView::lower},
               Field{"upper", &ScaleView::upper}, Field{"basis", &ScaleView::basis},
               Field{"verified", &ScaleView::verified}, Field{"standings", &ScaleView::standings});
  }
};

struct RiskView {
  int item = 0;
  std::string topic;
  std::optional<int> answer;  ///< nothing: asked and not answered, which is not a no
  bool raised = false;

  static constexpr auto fields(const auto& use) {
    return use(Field{"item", &RiskView::item}, Field{"topic", &RiskView::topic},
               Field{"answer", &RiskView::answer}, Field{"raised", &RiskView::raised});
  }
};

struct FindingView {
  std::string code;
  std::string statement;
  std::string basis;
  std::string limits;

  static constexpr auto fields(const auto& use) {
    return use(Field{"code", &FindingView::code}, Field{"statement", &FindingView::statement},
               Field{"basis", &FindingView::basis}, Field{"limits", &FindingView::limits});
  }
};

struct Sheet {
  Administration administration;
  std::vector<std::string> answers;  ///< empty until they are there
  std::vector<RiskView> risks;       ///< before the scores, here as on the page
  std::vector<ScaleView> scales;
  std::vector<FindingView> findings;

  static constexpr auto fields(const auto& use) {
    return use(Field{"administration", &Sheet::administration}, Field{"answers", &Sheet::answers},
               Field{"risks", &Sheet::risks}, Field{"scales", &Sheet::scales},
               Field{"findings", &Sheet::findings});
  }
};

/// In the room or from paper. Errors: "answers.value" names the item; "measure.sent" (conflict): they are
/// there.
[[nodiscard]] Result<Sheet> record_answers(const Practice& practice, const Actor& actor,
                                           const Id<Course>& course, const Id<Administration>& id,
                                           const Answers& input);
[[nodiscard]] Result<Sheet> read_sheet(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                       const Id<Administration>& id);

struct MoveSheet {
  Id<Course> to;
  Id<Person> respondent;  ///< whose answers they are
  std::string reason;     ///< 3 letters at least; stands in the audit of both

  static constexpr auto fields(const auto& use) {
    return use(Field{"to", &MoveSheet::to}, Field{"respondent", &MoveSheet::respondent},
               Field{"reason", &MoveSheet::reason});
  }
};
/// Answers that were written into somebody else's record are put into the right one, with their risk entries.
/// Both courses are this therapist's. Errors: "measure.reason", those of give_measure about members and
/// consent, "measure.not_sent" (conflict; an empty sheet is stopped and given anew).
[[nodiscard]] Result<Sheet> move_sheet(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                       const Id<Administration>& id, const MoveSheet& input);

// Risk

/// As it is listed: newest first, whose, from what, and what was done.
[[nodiscard]] Result<std::vector<RiskEntry>> open_risk_entries(const Practice& practice, const Actor& actor);

struct Acknowledgement {
  Private<std::string> what_was_done;

  static constexpr auto fields(const auto& use) {
    return use(Field{"what_was_done", &Acknowledgement::what_was_done});
  }
};
inline constexpr std::size_t shortest_acknowledgement = 3;  ///< letters
/// By the therapist or the supervisor of the course. Errors: "risk.done" (conflict): someone has already;
/// "risk.what_was_done": nothing is said.
[[nodiscard]] Result<RiskEntry> acknowledge_risk(const Practice& practice, const Actor& actor,
                                                 const Id<Course>& course, const Id<RiskEntry>& id,
                                                 const Acknowledgement& input);

/// What the client's page needs in one piece.
struct CoursePage {
  std::vector<RiskEntry> open_risk_entries;
  std::vector<RiskEntry> acknowledged_risk_entries;  ///< with what was done, newest first
  std::vector<ChartModel> charts;
  std::vector<Sheet> sheets;  ///< newest first

  static constexpr auto fields(const auto& use) {
    return use(Field{"open_risk_entries", &CoursePage::open_risk_entries},
               Field{"acknowledged_risk_entries", &CoursePage::acknowledged_risk_entries},
               Field{"charts", &CoursePage::charts}, Field{"sheets", &CoursePage::sheets});
  }
};
[[nodiscard]] Result<CoursePage> read_course_page(const Practice& practice, const Actor& actor,
                                                  const Id<Course>& course, std::int64_t most);

// For other use cases of this room

/// Error "consent.missing" (conflict): the person has not agreed to this.
[[nodiscard]] Result<bool> needs_consent(Transaction& transaction, const Id<Person>& person,
                                         const Id<Course>& course, ConsentKind kind);
/// The administration, if it belongs to the course. Error "administration.not_found".
[[nodiscard]] Result<Administration> administration_of(Transaction& transaction, const Id<Course>& course,
                                                       const Id<Administration>& id);

/// The definition an administration was made with. Error "instrument.unknown".
[[nodiscard]] Result<Definition> definition_of(const Practice& practice,
                                               const Administration& administration);
/// The words as responses, one an item; risk items that were not to be asked are not asked. Error
/// "answers.value" names the item.
[[nodiscard]] Result<measures::Responses> parse_answers(const Definition& definition,
                                                        const Administration& administration,
                                                        const Answers& input);
/// Checks the words, stores them with risk answers sealed, writes risk entries, marks the sheet as sent.
[[nodiscard]] Result<bool> keep_answers(Transaction& transaction, const Practice& practice,
                                        const Administration& administration, const Answers& input);
/// What was answered, risk answers in their places.
[[nodiscard]] Result<measures::Responses> responses_of(const ResponseSheet& sheet);
/// Gender, and age in years at a moment.
[[nodiscard]] measures::PersonGroup group_of(const Person& person, Instant when);
[[nodiscard]] Result<Sheet> sheet_of(Transaction& transaction, const Practice& practice,
                                     const Administration& administration);

}  // namespace securebase::service
