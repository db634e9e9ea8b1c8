#pragma once
// The portal: a therapist hands a person a link to one sheet; they open it, fill it in, send it once or stop.
// A link works until the sheet is sent or stopped, it is revoked, or a week has passed; its token travels in
// the part of the address that no server sees, and is exchanged by a deliberate act. Until it is sent nothing
// that was answered is kept here: what is not sent is not answered, and never counts as zero.

#include <optional>
#include <string>
#include <vector>

#include "service/measure.hpp"
#include "service/sign_in.hpp"

namespace securebase::service {

inline constexpr std::int64_t portal_link_ms = 7 * day_ms;

struct PortalLink {
  Private<std::string> token;  ///< shown once
  Instant expires_at;

  static constexpr auto fields() {
    return std::tuple(Field{"token", &PortalLink::token}, Field{"expires_at", &PortalLink::expires_at});
  }
};

/// By the therapist of the course. Earlier links to the sheet no longer work. Errors: "portal.mode"
/// (conflict; it was not given for a phone), "measure.sent" (conflict; it is sent or stopped),
/// "consent.missing".
[[nodiscard]] Result<PortalLink> make_portal_link(const Practice& practice, const Actor& actor,
                                                  const Id<Course>& course, const Id<Administration>& sheet);
/// Whoever has the sheet open is sent away too.
[[nodiscard]] Result<bool> revoke_portal_link(const Practice& practice, const Actor& actor,
                                              const Id<Course>& course, const Id<Administration>& sheet);

/// A sheet that was given by mistake is filled in no more: from now on it is "stopped". Errors:
/// "administration.not_found", "measure.sent" (conflict).
[[nodiscard]] Result<Administration> stop_sheet(const Practice& practice, const Actor& actor,
                                                const Id<Course>& course, const Id<Administration>& sheet);

/// A session for the one sheet; one that was open elsewhere ends. Errors: "ticket.unknown" (also expired,
/// revoked, sent or stopped), "sign_in.later" (too_many).
[[nodiscard]] Result<SignedIn> open_portal_link(const Practice& practice, Attempts& attempts,
                                                const Private<std::string>& token,
                                                const std::string& address);

struct FormItem {
  int position = 0;                 ///< in the order of the sheet, from 1
  bool asked = true;                ///< false: it is answered "not_asked"
  std::optional<std::string> text;  ///< nothing: the wording is not ours to show, the person has it on paper
  int lowest = 0;
  int highest = 0;
  std::vector<std::string> options;  ///< one an answer from lowest to highest, or none

  static constexpr auto fields() {
    return std::tuple(Field{"position", &FormItem::position}, Field{"asked", &FormItem::asked},
                      Field{"text", &FormItem::text}, Field{"lowest", &FormItem::lowest},
                      Field{"highest", &FormItem::highest}, Field{"options", &FormItem::options});
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

  static constexpr auto fields() {
    return std::tuple(Field{"action", &FormRule::action}, Field{"item", &FormRule::item},
                      Field{"at_least", &FormRule::at_least}, Field{"items", &FormRule::items});
  }
};

struct Form {
  std::string title;
  std::string recall;                 ///< the time it asks about; may be empty
  std::optional<std::string> locale;  ///< of the wording, where it is here
  std::optional<std::string> instruction;
  std::vector<FormItem> items;
  std::vector<FormRule> rules;
  std::optional<std::string> risk_contact;  ///< who reads risk answers and when, where any is asked
  std::string therapist_name;               ///< who can read it once it is sent
  std::string help_contact;                 ///< of the practice, for whoever needs help now; may be empty
  std::optional<Instant> expires_at;        ///< until when the link opens it again

  static constexpr auto fields() {
    return std::tuple(
        Field{"title", &Form::title}, Field{"recall", &Form::recall}, Field{"locale", &Form::locale},
        Field{"instruction", &Form::instruction}, Field{"items", &Form::items}, Field{"rules", &Form::rules},
        Field{"risk_contact", &Form::risk_contact}, Field{"therapist_name", &Form::therapist_name},
        Field{"help_contact", &Form::help_contact}, Field{"expires_at", &Form::expires_at});
  }
};

// By the person. Errors of all three: "administration.not_found", "measure.sent" (conflict; also stopped),
// "consent.missing" (it was withdrawn).

[[nodiscard]] Result<Form> read_form(const Practice& practice, const Actor& actor);
/// Risk entries are written with the answers, or neither. Error "answers.value" names the item.
[[nodiscard]] Result<bool> send_form(const Practice& practice, const Actor& actor, const Answers& input);
[[nodiscard]] Result<bool> stop_form(const Practice& practice, const Actor& actor);

}  // namespace securebase::service
