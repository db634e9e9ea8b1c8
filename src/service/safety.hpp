#pragma once
// Risk answers from the moment they come to the moment they are closed, and what somebody asked and did in
// between. An entry is raised by the answer to one item whatever the total, in the transaction that keeps the
// answers; nothing lowers it, no later answer closes it, and nothing closes by itself. That somebody has seen
// it (acknowledge_risk) is one thing; that somebody has spoken with the person is another (close_risk).
//
// The program routes and remembers; people decide. No level of risk is computed, kept or shown: answers lead
// to the actions this practice has written down for them. A zero says nothing about safety: of 447,245
// veterans, 71.6 % of those who died by suicide had answered 0 to the item of the PHQ-9 (clinical.md 7.1
// [V:S75]).

#include <optional>
#include <string>
#include <vector>

#include "service/hold.hpp"
#include "service/measure.hpp"
#include "service/safety_record.hpp"
#include "service/settings.hpp"

namespace securebase::service {

// Closing

struct CloseRisk {
  Private<std::string> spoke;  ///< who spoke with the person
  Instant spoke_at;
  Private<std::string> found;
  Private<std::string> next_step;

  static constexpr auto fields(const auto& use) {
    return use(Field{"spoke", &CloseRisk::spoke}, Field{"spoke_at", &CloseRisk::spoke_at},
               Field{"found", &CloseRisk::found}, Field{"next_step", &CloseRisk::next_step});
  }
};
/// By the therapist or the supervisor of the course. Errors: "risk_entry.not_found"; "risk.closed"
/// (conflict); "risk.closing": who spoke, what was found or the next step is not said; "risk.spoke_at":
/// before the answer came or in the future.
[[nodiscard]] Result<RiskEntry> close_risk(const Practice& practice, const Actor& actor,
                                           const Id<Course>& course, const Id<RiskEntry>& id,
                                           const CloseRisk& input);

// What is not answered while one is open

enum class SilenceKind {
  not_sent,           ///< a sheet was given and has not come
  stopped,            ///< it was ended without answers
  risk_not_answered,  ///< it came, and its risk item was left out
  risk_not_asked      ///< it came without its risk items having been asked
};
template <>
inline constexpr std::array names_of<SilenceKind> = {"not_sent"sv, "stopped"sv, "risk_not_answered"sv,
                                                     "risk_not_asked"sv};

struct Silence {
  SilenceKind kind = SilenceKind::not_sent;
  Id<Person> person;
  Id<Administration> sheet;
  std::string instrument;
  Instant since;

  static constexpr auto fields(const auto& use) {
    return use(Field{"kind", &Silence::kind}, Field{"person", &Silence::person},
               Field{"sheet", &Silence::sheet}, Field{"instrument", &Silence::instrument},
               Field{"since", &Silence::since});
  }
};

// The structured questions

/// In their order; the logic of the C-SSRS screener (clinical.md 7.2 [V:S77]), in a few words of our own. The
/// owner's wording is not shipped.
enum class ScreenQuestion {
  wish,
  thoughts,
  method,           ///< asked where there are thoughts
  intent,           ///< asked where there are thoughts
  plan,             ///< asked where there are thoughts
  behaviour,        ///< always asked
  behaviour_recent  ///< asked where there was any
};
template <>
inline constexpr std::array names_of<ScreenQuestion> = {
    "wish"sv, "thoughts"sv, "method"sv, "intent"sv, "plan"sv, "behaviour"sv, "behaviour_recent"sv};

struct AskedItem {
  ScreenQuestion question = ScreenQuestion::wish;
  AskedAnswer answer = AskedAnswer::not_answered;

  bool operator==(const AskedItem&) const = default;

  static constexpr auto fields(const auto& use) {
    return use(Field{"question", &AskedItem::question}, Field{"answer", &AskedItem::answer});
  }
};

struct AskedItemView : AskedItem {
  static constexpr auto fields(const auto& use) { return AskedItem::fields(use); }
};

/// What an action of the practice may be written for.
enum class ScreenFact {
  risk_answer,  ///< an entry was raised, whatever else was asked
  wish,
  thoughts,
  method,
  intent,
  plan,
  behaviour,
  behaviour_recent,
  not_answered  ///< to any question that was due
};
template <>
inline constexpr std::array names_of<ScreenFact> = {
    "risk_answer"sv, "wish"sv,      "thoughts"sv,         "method"sv,      "intent"sv,
    "plan"sv,        "behaviour"sv, "behaviour_recent"sv, "not_answered"sv};

/// Facts that hold of answers, in the order of ScreenFact; risk_answer is not among them.
[[nodiscard]] std::vector<ScreenFact> facts_of(const std::vector<AskedItem>& answers);

struct NewScreen {
  std::optional<Id<RiskEntry>> risk_entry;
  std::vector<AskedItem> answers;
  Private<std::string> done;
  Private<std::string> next_contact;  ///< who speaks with the person next, and how
  Instant next_contact_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"risk_entry", &NewScreen::risk_entry}, Field{"answers", &NewScreen::answers},
               Field{"done", &NewScreen::done}, Field{"next_contact", &NewScreen::next_contact},
               Field{"next_contact_at", &NewScreen::next_contact_at});
  }
};

struct ScreenView {
  Id<SafetyScreen> id;
  Id<Person> person;
  std::optional<Id<RiskEntry>> risk_entry;
  std::vector<AskedItemView> answers;
  std::vector<Private<std::string>> actions;  ///< of the practice, as they were shown then
  Private<std::string> done;
  Private<std::string> next_contact;
  Instant next_contact_at;
  Id<User> asked_by;
  Instant asked_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ScreenView::id}, Field{"person", &ScreenView::person},
               Field{"risk_entry", &ScreenView::risk_entry}, Field{"answers", &ScreenView::answers},
               Field{"actions", &ScreenView::actions}, Field{"done", &ScreenView::done},
               Field{"next_contact", &ScreenView::next_contact},
               Field{"next_contact_at", &ScreenView::next_contact_at},
               Field{"asked_by", &ScreenView::asked_by}, Field{"asked_at", &ScreenView::asked_at});
  }
};

/// By the therapist. Errors: "member.not_found", "person.erased", "screen.answers": says which questions are
/// due and which are not; "screen.next_contact": not in the future; "screen.risk_entry": not this person's;
/// "words.missing", "words.too_long".
[[nodiscard]] Result<ScreenView> record_screen(const Practice& practice, const Actor& actor,
                                               const Id<Course>& course, const Id<Person>& person,
                                               const NewScreen& input);

// The page

struct SafetyPage {
  std::vector<RiskEntry> open;        ///< newest first
  std::vector<RiskEntry> closed;      ///< newest first
  std::vector<Silence> silences;      ///< of those of whom one is open
  std::vector<ScreenView> screens;    ///< newest first
  std::vector<SafetyAction> actions;  ///< that the practice has written, in the order of ScreenFact
  RiskPath risk_path;
  FindingView about;  ///< what an entry rests on, and what none does not mean

  static constexpr auto fields(const auto& use) {
    return use(Field{"open", &SafetyPage::open}, Field{"closed", &SafetyPage::closed},
               Field{"silences", &SafetyPage::silences}, Field{"screens", &SafetyPage::screens},
               Field{"actions", &SafetyPage::actions}, Field{"risk_path", &SafetyPage::risk_path},
               Field{"about", &SafetyPage::about});
  }
};
[[nodiscard]] Result<SafetyPage> read_safety(const Practice& practice, const Actor& actor,
                                             const Id<Course>& course);

// What the practice does: written by an admin, read by everybody who works here

struct NewSafetyAction {
  ScreenFact condition = ScreenFact::risk_answer;
  std::string action;
  std::optional<int> contact_within;  ///< staffed minutes

  static constexpr auto fields(const auto& use) {
    return use(Field{"condition", &NewSafetyAction::condition}, Field{"action", &NewSafetyAction::action},
               Field{"contact_within", &NewSafetyAction::contact_within});
  }
};
inline constexpr int longest_contact_minutes = 60 * 24 * 14;

/// In the order of ScreenFact, retired ones left out.
[[nodiscard]] Result<std::vector<SafetyAction>> read_safety_actions(const Practice& practice,
                                                                    const Actor& actor);
/// Errors: "safety_action.words", "safety_action.minutes".
[[nodiscard]] Result<std::vector<SafetyAction>> add_safety_action(const Practice& practice,
                                                                  const Actor& actor,
                                                                  const NewSafetyAction& input);
/// Error "safety_action.not_found".
[[nodiscard]] Result<std::vector<SafetyAction>> retire_safety_action(const Practice& practice,
                                                                     const Actor& actor,
                                                                     const Id<SafetyAction>& id);

// For other use cases of this room

[[nodiscard]] Result<std::vector<RiskEntry>> open_risks_of(Transaction& transaction,
                                                           const Id<Course>& course);
/// Every one of a person, oldest first.
[[nodiscard]] Result<std::vector<ScreenView>> screens_of(Transaction& transaction, const Id<Person>& person);
[[nodiscard]] Result<std::vector<SafetyAction>> safety_actions(Transaction& transaction);

}  // namespace securebase::service
