#pragma once
// Who is in a demonstration practice and what they answer, all of it invented: a plan that follows from a
// seed. Days count back from the day it is made, so that it always looks like a practice of today.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog/load.hpp"
#include "service/history.hpp"

namespace securebase::service {

struct DemoFigure {
  FigureKind kind = FigureKind::other;
  std::string name;
  std::optional<std::size_t> member;  ///< of the same course, by place
  std::optional<int> generation;
};

struct DemoEvent {
  EventKind kind = EventKind::other;
  std::optional<int> age_from;
  std::optional<int> age_to;
  Dating dating = Dating::exact;
  EventSource source = EventSource::remembered;
  std::optional<std::size_t> figure;  ///< of the person's, by place
  std::string account;
};

struct DemoComforting {
  std::optional<std::size_t> giver;     ///< of the person's figures, by place; nothing: the person
  std::optional<std::size_t> receiver;  ///< likewise
  ComfortAnswer answer = ComfortAnswer::came;
  EventSource source = EventSource::remembered;
  std::string how;
};

struct DemoPerson {
  std::string name;
  int age = 0;
  std::string gender;
  AgeGroup age_group = AgeGroup::adult;
  MemberRole role = MemberRole::client;
  std::string contact;
  std::string safe_contact;
  std::string emergency_contact;
  std::vector<DemoFigure> figures;  ///< the first two of different kinds
  std::vector<DemoEvent> history;
  std::vector<DemoComforting> comforting;
};

struct DemoSheet {
  int days_ago = 0;
  int minute = 0;  ///< of the day
  std::string instrument;
  std::string order;
  std::size_t respondent = 0;  ///< members of the course, by place
  std::size_t subject = 0;
  std::optional<std::size_t> figure;  ///< of the respondent's, by place
  OccasionKind occasion = OccasionKind::before_session;
  Mode mode = Mode::in_room;
  std::vector<std::string> answers;
  std::string what_was_done;  ///< about a raised risk answer; empty: nobody has acknowledged it
};

/// How much of a formulation is written about the client (demo_formulation.hpp).
enum class DemoWriting { none, begun, rich };

struct DemoCourse {
  UnitKind unit = UnitKind::individual;
  std::vector<DemoPerson> members;
  int begun = 0;  ///< days ago
  std::optional<int> ended;
  bool is_colleagues = false;  ///< of the second therapist
  bool is_supervised = false;
  DemoWriting writing = DemoWriting::none;
  std::optional<int> dip_day;     ///< days ago: a rating of the work together dips, and is asked about
  bool works_on_alert = false;    ///< being off track is worked on
  std::vector<DemoSheet> sheets;  ///< oldest first
};

/// A childhood between two places and three generations, for somebody of 38 who has figures already.
void tell_whole_life(DemoPerson& person);
inline constexpr int age_of_whole_life = 38;

/// 28 courses of individuals, 8 of couples, 4 of families. Error "instrument.unknown": the library lacks one
/// of the measures they answer.
[[nodiscard]] Result<std::vector<DemoCourse>> plan_demo(const catalog::Library& library, std::uint64_t seed);

}  // namespace securebase::service
