#pragma once
// Everything a practice keeps. Facts only: scores are computed from responses when they are needed. Members
// of type Private are encrypted with the key of the person named by `sealed_by`; the rest is pseudonymous and
// in the clear, so that it can be searched and analysed (docs/vault.md says what that means).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "service/table.hpp"

namespace securebase::service {

using namespace std::string_view_literals;

// People and those they are attached to

enum class AgeGroup { adult, adolescent, child };
template <>
inline constexpr std::array names_of<AgeGroup> = {"adult"sv, "adolescent"sv, "child"sv};

/// Someone known to the practice.
struct Person {
  static constexpr std::string_view table = "person";
  static constexpr std::string_view sealed_by = "id";

  Id<Person> id;
  std::string code;  ///< what the practice calls them where no name may be seen, such as "C-0042"
  AgeGroup age_group = AgeGroup::adult;
  std::optional<int> birth_year;
  std::optional<std::string> gender;
  std::optional<Private<std::string>> name;
  std::optional<Private<std::string>> contact;       ///< how to reach them
  std::optional<Private<std::string>> safe_contact;  ///< number, hours, voicemail, who sees the phone
  std::optional<Private<std::string>> emergency_contact;
  Instant created_at;
  std::optional<Instant> erased_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Person::id}, Field{"code", &Person::code}, Field{"age_group", &Person::age_group},
               Field{"birth_year", &Person::birth_year}, Field{"gender", &Person::gender},
               Field{"name", &Person::name}, Field{"contact", &Person::contact},
               Field{"safe_contact", &Person::safe_contact},
               Field{"emergency_contact", &Person::emergency_contact},
               Field{"created_at", &Person::created_at}, Field{"erased_at", &Person::erased_at});
  }
};

/// A word of a person's name, hidden so that it can be looked up and not read.
struct PersonIndex {
  static constexpr std::string_view table = "person_index";
  static constexpr std::string_view sealed_by{};

  Id<PersonIndex> id;
  Id<Person> person;
  std::string word;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &PersonIndex::id}, Field{"person", &PersonIndex::person},
               Field{"word", &PersonIndex::word});
  }
};

// NOLINTBEGIN(readability-identifier-naming): friend is reserved
enum class FigureKind {
  mother,
  father,
  caregiver,
  partner,
  former_partner,
  sibling,
  friend_,
  child,
  therapist,
  other
};
// NOLINTEND(readability-identifier-naming)
template <>
inline constexpr std::array names_of<FigureKind> = {
    "mother"sv,  "father"sv, "caregiver"sv, "partner"sv,   "former_partner"sv,
    "sibling"sv, "friend"sv, "child"sv,     "therapist"sv, "other"sv};

/// Someone a person is attached to, who may be a person of the practice too.
struct Figure {
  static constexpr std::string_view table = "figure";
  static constexpr std::string_view sealed_by = "person";

  Id<Figure> id;
  Id<Person> person;
  FigureKind kind = FigureKind::other;
  std::optional<Private<std::string>> name;
  std::optional<Id<Person>> is_person;
  Instant created_at;
  std::optional<int>
      generation;  ///< 2: of the grandparents, 1: of the parents, 0: one's own, -1: of the children

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Figure::id}, Field{"person", &Figure::person}, Field{"kind", &Figure::kind},
               Field{"name", &Figure::name}, Field{"is_person", &Figure::is_person},
               Field{"created_at", &Figure::created_at}, Field{"generation", &Figure::generation});
  }
};

/// How an entry of the history is known.
enum class EventSource { remembered, told, document };
template <>
inline constexpr std::array names_of<EventSource> = {"remembered"sv, "told"sv, "document"sv};

/// How well it is known when something was.
enum class Dating { exact, about, unknown };
template <>
inline constexpr std::array names_of<Dating> = {"exact"sv, "about"sv, "unknown"sv};

/// Something that happened in a person's life. What it was is sealed: the kind alone tells too much.
struct HistoryEvent {
  static constexpr std::string_view table = "history_event";
  static constexpr std::string_view sealed_by = "person";

  Id<HistoryEvent> id;
  Id<Person> person;
  std::optional<int> age_from;
  std::optional<int> age_to;
  Private<std::string> kind;
  std::optional<Private<std::string>> account;
  Instant created_at;
  EventSource source = EventSource::remembered;
  Dating dating = Dating::about;
  std::optional<Id<Figure>> figure = {};  ///< whom it was with, or about

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &HistoryEvent::id}, Field{"person", &HistoryEvent::person},
               Field{"age_from", &HistoryEvent::age_from}, Field{"age_to", &HistoryEvent::age_to},
               Field{"kind", &HistoryEvent::kind}, Field{"account", &HistoryEvent::account},
               Field{"created_at", &HistoryEvent::created_at}, Field{"source", &HistoryEvent::source},
               Field{"dating", &HistoryEvent::dating}, Field{"figure", &HistoryEvent::figure});
  }
};

// Users

enum class Role { therapist, supervisor, admin, researcher };
template <>
inline constexpr std::array names_of<Role> = {"therapist"sv, "supervisor"sv, "admin"sv, "researcher"sv};

/// Someone who works with the program. Clients are not users: a portal session stands for a person.
struct User {
  static constexpr std::string_view table = "practice_user";
  static constexpr std::string_view sealed_by{};

  Id<User> id;
  std::string login;
  std::string display_name;
  bool is_therapist = false;
  bool is_supervisor = false;
  bool is_admin = false;
  bool is_researcher = false;
  std::string password_hash;                        ///< empty: cannot sign in by password
  std::optional<Private<std::string>> code_secret;  ///< of one-time codes
  std::int64_t code_step = 0;                       ///< the last one-time code used
  Instant created_at;
  std::optional<Instant> disabled_at;

  [[nodiscard]] bool has(Role role) const {
    switch (role) {
      case Role::therapist:
        return is_therapist;
      case Role::supervisor:
        return is_supervisor;
      case Role::admin:
        return is_admin;
      case Role::researcher:
        return is_researcher;
    }
    return false;
  }

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &User::id}, Field{"login", &User::login},
               Field{"display_name", &User::display_name}, Field{"is_therapist", &User::is_therapist},
               Field{"is_supervisor", &User::is_supervisor}, Field{"is_admin", &User::is_admin},
               Field{"is_researcher", &User::is_researcher}, Field{"password_hash", &User::password_hash},
               Field{"code_secret", &User::code_secret}, Field{"code_step", &User::code_step},
               Field{"created_at", &User::created_at}, Field{"disabled_at", &User::disabled_at});
  }
};

struct ClientPage;

/// A sign-in that lasts. The token itself is with the browser alone.
struct Session {
  static constexpr std::string_view table = "session";
  static constexpr std::string_view sealed_by{};

  Id<Session> id;
  std::string token_hash;
  std::string csrf_hash;
  std::optional<Id<User>> user;
  std::optional<Id<Person>> person;           ///< of the portal
  std::optional<std::string> administration;  ///< the only one it is for: of a portal link, or in the room
  Instant created_at;
  Instant seen_at;
  Instant expires_at;
  bool locked = false;
  std::optional<Id<ClientPage>> page = {};  ///< of the portal: the client's own page

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Session::id}, Field{"token_hash", &Session::token_hash},
               Field{"csrf_hash", &Session::csrf_hash}, Field{"user_id", &Session::user},
               Field{"person", &Session::person}, Field{"administration", &Session::administration},
               Field{"created_at", &Session::created_at}, Field{"seen_at", &Session::seen_at},
               Field{"expires_at", &Session::expires_at}, Field{"locked", &Session::locked},
               Field{"page", &Session::page});
  }
};

enum class TicketKind { set_up, invitation, reset, portal_link, portal_trial };
template <>
inline constexpr std::array names_of<TicketKind> = {"set_up"sv, "invitation"sv, "reset"sv, "portal_link"sv,
                                                    "portal_trial"sv};

/// A token that can be exchanged: once for the set-up, an invitation, a new password or the proof that the
/// portal can be reached; for a sheet on the portal while that may be filled in or read.
struct Ticket {
  static constexpr std::string_view table = "ticket";
  static constexpr std::string_view sealed_by{};

  Id<Ticket> id;
  std::string token_hash;
  TicketKind kind = TicketKind::set_up;
  std::optional<Id<User>> user;
  std::optional<Id<Person>> person;
  std::optional<std::string> administration;
  Instant created_at;
  Instant expires_at;
  std::optional<Instant> used_at;
  std::optional<Instant> revoked_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Ticket::id}, Field{"token_hash", &Ticket::token_hash},
               Field{"kind", &Ticket::kind}, Field{"user_id", &Ticket::user},
               Field{"person", &Ticket::person}, Field{"administration", &Ticket::administration},
               Field{"created_at", &Ticket::created_at}, Field{"expires_at", &Ticket::expires_at},
               Field{"used_at", &Ticket::used_at}, Field{"revoked_at", &Ticket::revoked_at});
  }
};

/// A public key that signs a user in.
struct Passkey {
  static constexpr std::string_view table = "passkey";
  static constexpr std::string_view sealed_by{};

  Id<Passkey> id;
  Id<User> user;
  std::string name;
  std::string credential;  ///< base64url
  std::string public_key;  ///< base64url
  std::int64_t counter = 0;
  Instant created_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Passkey::id}, Field{"user_id", &Passkey::user}, Field{"name", &Passkey::name},
               Field{"credential", &Passkey::credential}, Field{"public_key", &Passkey::public_key},
               Field{"counter", &Passkey::counter}, Field{"created_at", &Passkey::created_at});
  }
};

// Courses

enum class UnitKind { individual, couple, family };
template <>
inline constexpr std::array names_of<UnitKind> = {"individual"sv, "couple"sv, "family"sv};

/// One course of therapy. A person may be in several, which are held apart.
struct Course {
  static constexpr std::string_view table = "course";
  static constexpr std::string_view sealed_by{};

  Id<Course> id;
  UnitKind unit = UnitKind::individual;
  Id<User> therapist;
  std::optional<Id<User>> supervisor;
  Date begun_on;
  std::optional<Date> ended_on;
  Instant created_at;
  std::optional<Instant> answered_at;  ///< when answers last came

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Course::id}, Field{"unit", &Course::unit}, Field{"therapist", &Course::therapist},
               Field{"supervisor", &Course::supervisor}, Field{"begun_on", &Course::begun_on},
               Field{"ended_on", &Course::ended_on}, Field{"created_at", &Course::created_at},
               Field{"answered_at", &Course::answered_at});
  }
};

enum class MemberRole { client, partner, caregiver, child };
template <>
inline constexpr std::array names_of<MemberRole> = {"client"sv, "partner"sv, "caregiver"sv, "child"sv};

struct Member {
  static constexpr std::string_view table = "member";
  static constexpr std::string_view sealed_by{};

  Id<Member> id;
  Id<Course> course;
  Id<Person> person;
  MemberRole role = MemberRole::client;
  Instant since;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Member::id}, Field{"course", &Member::course}, Field{"person", &Member::person},
               Field{"role", &Member::role}, Field{"since", &Member::since});
  }
};

enum class ConsentKind {
  treatment,
  limits_explained,  ///< knows what cannot stay between the two of them
  measures,
  portal,
  sharing_with_partner,
  supervision,
  research
};
template <>
inline constexpr std::array names_of<ConsentKind> = {"treatment"sv, "limits_explained"sv,     "measures"sv,
                                                     "portal"sv,    "sharing_with_partner"sv, "supervision"sv,
                                                     "research"sv};

struct Consent {
  static constexpr std::string_view table = "consent";
  static constexpr std::string_view sealed_by = "person";

  Id<Consent> id;
  Id<Person> person;
  std::optional<Id<Course>> course;  ///< nothing: whatever the course
  ConsentKind kind = ConsentKind::treatment;
  std::string form_version;  ///< of the text that was agreed to
  std::optional<Private<std::string>> note;
  Instant given_at;
  std::optional<Instant> withdrawn_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Consent::id}, Field{"person", &Consent::person},
               Field{"course", &Consent::course}, Field{"kind", &Consent::kind},
               Field{"form_version", &Consent::form_version}, Field{"note", &Consent::note},
               Field{"given_at", &Consent::given_at}, Field{"withdrawn_at", &Consent::withdrawn_at});
  }
};

// Measures

enum class OccasionKind { intake, before_session, after_session, review, end, follow_up, other };
template <>
inline constexpr std::array names_of<OccasionKind> = {
    "intake"sv, "before_session"sv, "after_session"sv, "review"sv, "end"sv, "follow_up"sv, "other"sv};

struct Occasion {
  static constexpr std::string_view table = "occasion";
  static constexpr std::string_view sealed_by{};

  Id<Occasion> id;
  Id<Course> course;
  OccasionKind kind = OccasionKind::other;
  Instant at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Occasion::id}, Field{"course", &Occasion::course}, Field{"kind", &Occasion::kind},
               Field{"at_ms", &Occasion::at});
  }
};

enum class Mode { in_room, from_paper, on_phone };
template <>
inline constexpr std::array names_of<Mode> = {"in_room"sv, "from_paper"sv, "on_phone"sv};

enum class Progress { given, begun, sent, stopped };
template <>
inline constexpr std::array names_of<Progress> = {"given"sv, "begun"sv, "sent"sv, "stopped"sv};

/// The wording of an instrument in one language, as a practice imported it under its owner's terms. Never
/// changed or removed: what was shown to somebody stays known. A later one for the same language retires it.
struct WordingPack {
  static constexpr std::string_view table = "wording_pack";
  static constexpr std::string_view sealed_by{};

  Id<WordingPack> id;
  std::string instrument;
  std::string version;
  std::string item_order;
  std::string locale;
  std::string title;
  std::string instruction;
  std::string licence;                  ///< under what terms, in the words of who imported it
  std::string source;                   ///< of which file
  std::optional<Id<User>> imported_by;  ///< nothing: the program
  Instant imported_at;
  std::optional<Instant> retired_at;
  // Nothing where it came as a table of texts, or before these were kept
  std::optional<std::string> source_format;
  std::optional<std::string> source_sha256;     ///< of the file's bytes
  std::optional<std::string> source_statement;  ///< what the file says of copyright, licence and version
  std::optional<std::string> importer;          ///< version of the program that read it

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &WordingPack::id}, Field{"instrument", &WordingPack::instrument},
               Field{"version", &WordingPack::version}, Field{"item_order", &WordingPack::item_order},
               Field{"locale", &WordingPack::locale}, Field{"title", &WordingPack::title},
               Field{"instruction", &WordingPack::instruction}, Field{"licence", &WordingPack::licence},
               Field{"source", &WordingPack::source}, Field{"imported_by", &WordingPack::imported_by},
               Field{"imported_at", &WordingPack::imported_at}, Field{"retired_at", &WordingPack::retired_at},
               Field{"source_format", &WordingPack::source_format},
               Field{"source_sha256", &WordingPack::source_sha256},
               Field{"source_statement", &WordingPack::source_statement},
               Field{"importer", &WordingPack::importer});
  }
};

/// One text of a pack: of an item, or of an answer.
struct WordingLine {
  static constexpr std::string_view table = "wording_line";
  static constexpr std::string_view sealed_by{};

  Id<WordingLine> id;
  Id<WordingPack> pack;
  int item = 0;               ///< position in the order; 0: of every item
  std::optional<int> answer;  ///< the answer's code; nothing: the item itself
  std::string text;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &WordingLine::id}, Field{"pack", &WordingLine::pack},
               Field{"item", &WordingLine::item}, Field{"answer", &WordingLine::answer},
               Field{"text", &WordingLine::text});
  }
};

/// One filling-in of an instrument by a respondent about a subject.
struct Administration {
  static constexpr std::string_view table = "administration";
  static constexpr std::string_view sealed_by = "respondent";

  Id<Administration> id;
  Id<Course> course;
  Id<Occasion> occasion;
  std::string instrument;
  std::string version;
  std::string fingerprint;  ///< of the definition
  std::string item_order;
  Id<Person> respondent;
  Id<Person> subject;
  std::optional<Id<Figure>> figure;
  Mode mode = Mode::in_room;
  Progress progress = Progress::given;
  bool asks_risk = true;  ///< whether its risk items are asked
  Instant given_at;
  std::optional<Instant> sent_at;
  std::optional<Id<WordingPack>> wording;  ///< nothing: the wording that comes with it, or paper
  bool adaptive = false;                   ///< only what tells most is asked, one question after another
  std::optional<int> most_items;           ///< of an adaptive one: what the client wants at most

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Administration::id}, Field{"course", &Administration::course},
               Field{"occasion", &Administration::occasion}, Field{"instrument", &Administration::instrument},
               Field{"version", &Administration::version}, Field{"fingerprint", &Administration::fingerprint},
               Field{"item_order", &Administration::item_order},
               Field{"respondent", &Administration::respondent}, Field{"subject", &Administration::subject},
               Field{"figure", &Administration::figure}, Field{"mode", &Administration::mode},
               Field{"progress", &Administration::progress}, Field{"asks_risk", &Administration::asks_risk},
               Field{"given_at", &Administration::given_at}, Field{"sent_at", &Administration::sent_at},
               Field{"wording", &Administration::wording}, Field{"adaptive", &Administration::adaptive},
               Field{"most_items", &Administration::most_items});
  }
};

/// What was answered: the answers of ordinary items as text in the clear ("1,3,,0"), those of risk items
/// sealed.
struct ResponseSheet {
  static constexpr std::string_view table = "response_sheet";
  static constexpr std::string_view sealed_by = "respondent";

  Id<ResponseSheet> id;
  Id<Administration> administration;
  Id<Person> respondent;
  std::string answers;                               ///< risk items stand as "sealed"
  std::optional<Private<std::string>> risk_answers;  ///< "9=2 10=skipped"
  Instant recorded_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ResponseSheet::id}, Field{"administration", &ResponseSheet::administration},
               Field{"respondent", &ResponseSheet::respondent}, Field{"answers", &ResponseSheet::answers},
               Field{"risk_answers", &ResponseSheet::risk_answers},
               Field{"recorded_at", &ResponseSheet::recorded_at});
  }
};

/// How the practice's own people scored on one scale when they first filled it in: everybody, or a gender, an
/// age band, or both. Never of so few that it would be about somebody.
struct LocalNorm {
  static constexpr std::string_view table = "local_norm";
  static constexpr std::string_view sealed_by{};

  Id<LocalNorm> id;
  std::string instrument;
  std::string version;
  std::string item_order;
  std::string fingerprint;  ///< of the definition it was computed with
  std::string scale;
  std::optional<std::string> gender;
  std::optional<int> age_from;  ///< years
  std::optional<int> age_to;    ///< years, included
  int people = 0;
  double mean = 0;
  double mean_error = 0;  ///< standard error
  double sd = 0;
  double sd_error = 0;  ///< standard error
  double percentile_5 = 0;
  double percentile_10 = 0;
  double percentile_25 = 0;
  double percentile_50 = 0;
  double percentile_75 = 0;
  double percentile_90 = 0;
  double percentile_95 = 0;
  Instant computed_at;

  static constexpr auto fields(const auto& use) {
    return use(
        Field{"id", &LocalNorm::id}, Field{"instrument", &LocalNorm::instrument},
        Field{"version", &LocalNorm::version}, Field{"item_order", &LocalNorm::item_order},
        Field{"fingerprint", &LocalNorm::fingerprint}, Field{"scale", &LocalNorm::scale},
        Field{"gender", &LocalNorm::gender}, Field{"age_from", &LocalNorm::age_from},
        Field{"age_to", &LocalNorm::age_to}, Field{"people", &LocalNorm::people},
        Field{"mean", &LocalNorm::mean}, Field{"mean_error", &LocalNorm::mean_error},
        Field{"sd", &LocalNorm::sd}, Field{"sd_error", &LocalNorm::sd_error},
        Field{"percentile_5", &LocalNorm::percentile_5}, Field{"percentile_10", &LocalNorm::percentile_10},
        Field{"percentile_25", &LocalNorm::percentile_25}, Field{"percentile_50", &LocalNorm::percentile_50},
        Field{"percentile_75", &LocalNorm::percentile_75}, Field{"percentile_90", &LocalNorm::percentile_90},
        Field{"percentile_95", &LocalNorm::percentile_95}, Field{"computed_at", &LocalNorm::computed_at});
  }
};

/// A risk item answered above its lowest. It is open until it is closed by somebody who says who spoke with
/// the person; that somebody has seen it is another thing. Nothing closes it by itself.
struct RiskEntry {
  static constexpr std::string_view table = "risk_entry";
  static constexpr std::string_view sealed_by = "person";

  Id<RiskEntry> id;
  Id<Person> person;
  Id<Course> course;
  Id<Administration> administration;
  Private<std::string> answer;  ///< item and answer
  Instant created_at;
  std::optional<Instant> acknowledged_at;
  std::optional<Id<User>> acknowledged_by;
  std::optional<Private<std::string>> what_was_done;
  std::optional<Instant> closed_at;
  std::optional<Id<User>> closed_by;
  std::optional<Private<std::string>>
      spoke;  ///< who spoke with the person; nothing: closed before it was asked
  std::optional<Instant> spoke_at;
  std::optional<Private<std::string>> found;
  std::optional<Private<std::string>> next_step;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &RiskEntry::id}, Field{"person", &RiskEntry::person},
               Field{"course", &RiskEntry::course}, Field{"administration", &RiskEntry::administration},
               Field{"answer", &RiskEntry::answer}, Field{"created_at", &RiskEntry::created_at},
               Field{"acknowledged_at", &RiskEntry::acknowledged_at},
               Field{"acknowledged_by", &RiskEntry::acknowledged_by},
               Field{"what_was_done", &RiskEntry::what_was_done}, Field{"closed_at", &RiskEntry::closed_at},
               Field{"closed_by", &RiskEntry::closed_by}, Field{"spoke", &RiskEntry::spoke},
               Field{"spoke_at", &RiskEntry::spoke_at}, Field{"found", &RiskEntry::found},
               Field{"next_step", &RiskEntry::next_step});
  }
};

/// A signed document: what it showed is frozen with it.
struct SignedDocument {
  static constexpr std::string_view table = "signed_document";
  static constexpr std::string_view sealed_by = "person";

  Id<SignedDocument> id;
  Id<Person> person;
  Id<Course> course;
  std::string kind;
  Private<std::string> content;
  Id<User> signed_by;
  Instant signed_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &SignedDocument::id}, Field{"person", &SignedDocument::person},
               Field{"course", &SignedDocument::course}, Field{"kind", &SignedDocument::kind},
               Field{"content", &SignedDocument::content}, Field{"signed_by", &SignedDocument::signed_by},
               Field{"signed_at", &SignedDocument::signed_at});
  }
};

// The practice, and who saw what

/// One of the practice's settings; there is one practice in a database.
struct Setting {
  static constexpr std::string_view table = "setting";
  static constexpr std::string_view sealed_by{};

  Id<Setting> id;
  std::string name;
  std::string value;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Setting::id}, Field{"name", &Setting::name}, Field{"value", &Setting::value});
  }
};

/// A supervisor or colleague opens a record that is not theirs, with a reason its therapist reads.
struct BreakGlass {
  static constexpr std::string_view table = "break_glass";
  static constexpr std::string_view sealed_by = "person";

  Id<BreakGlass> id;
  Id<Course> course;
  Id<Person> person;  ///< whose key seals the reason
  Id<User> user;
  Private<std::string> reason;
  Instant opened_at;
  Instant until;
  std::optional<Instant> seen_at;  ///< by the therapist

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &BreakGlass::id}, Field{"course", &BreakGlass::course},
               Field{"person", &BreakGlass::person}, Field{"user_id", &BreakGlass::user},
               Field{"reason", &BreakGlass::reason}, Field{"opened_at", &BreakGlass::opened_at},
               Field{"until_ms", &BreakGlass::until}, Field{"seen_at", &BreakGlass::seen_at});
  }
};

/// One link of the chain: who did what to whose record. Holds no content.
struct AuditEntry {
  static constexpr std::string_view table = "audit";
  static constexpr std::string_view sealed_by{};

  std::int64_t number = 0;  ///< from 1 without a gap
  Instant at;
  std::string actor;   ///< a user's id, "portal:" and a person's id, or "program"
  std::string action;  ///< such as "course.read"
  std::optional<Id<Person>> person;
  std::optional<Id<Course>> course;
  std::string object;  ///< what else it was about: an id or a word of the program
  std::string hash;    ///< of this entry and the hash before

  static constexpr auto fields(const auto& use) {
    return use(Field{"number", &AuditEntry::number}, Field{"at_ms", &AuditEntry::at},
               Field{"actor", &AuditEntry::actor}, Field{"action", &AuditEntry::action},
               Field{"person", &AuditEntry::person}, Field{"course", &AuditEntry::course},
               Field{"object", &AuditEntry::object}, Field{"hash", &AuditEntry::hash});
  }
};

/// What remains of a person who was erased. Backups made before are told by it, when they are restored.
struct Tombstone {
  static constexpr std::string_view table = "tombstone";
  static constexpr std::string_view sealed_by{};

  Id<Person> id;
  Instant erased_at;
  std::string ground;  ///< "request" or "retention"

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Tombstone::id}, Field{"erased_at", &Tombstone::erased_at},
               Field{"ground", &Tombstone::ground});
  }
};

}  // namespace securebase::service
