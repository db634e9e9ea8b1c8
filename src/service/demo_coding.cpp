#include "service/demo_coding.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace securebase::service {
namespace {

constexpr std::int64_t length_ms = 12 * minute_ms;

/// One moment of the session: what each of the two put down, and when. 0: nothing.
struct Seen {
  std::array<std::string_view, 2> codes;
  std::array<std::int64_t, 2> seconds;
  std::array<int, 2> clarity;  ///< 0: this code has none
};

constexpr Seen seen[] = {{{"w.minimal", "w.minimal"}, {41, 42}, {2, 2}},
                         {{"w.abstract", "w.abstract"}, {68, 70}, {2, 1}},
                         {{"r.invite", "r.invite"}, {95, 95}, {0, 0}},
                         {{"w.shift", "w.shift"}, {133, 134}, {3, 3}},
                         {{"w.minimal", ""}, {171, 0}, {1, 0}},
                         {{"c.tasks", "c.tasks"}, {222, 223}, {2, 2}},
                         {{"r.explain", "r.explain"}, {240, 241}, {0, 0}},
                         {{"c.rejects", "c.person"}, {262, 263}, {2, 2}},
                         {{"r.own", "r.own"}, {285, 286}, {0, 0}},
                         {{"w.appease", "w.appease"}, {318, 318}, {2, 3}},
                         {{"", "w.mismatch"}, {0, 355}, {0, 1}},
                         {{"r.validate", "r.validate"}, {372, 373}, {0, 0}},
                         {{"w.minimal", "w.minimal"}, {430, 431}, {2, 2}},
                         {{"r.pattern", "r.others"}, {455, 456}, {0, 0}},
                         {{"c.progress", "c.progress"}, {503, 505}, {3, 3}},
                         {{"r.clarify", "r.clarify"}, {528, 528}, {0, 0}},
                         {{"r.invite", "r.invite"}, {561, 562}, {0, 0}},
                         {{"w.self", "w.self"}, {602, 603}, {2, 2}},
                         {{"r.validate", "r.validate"}, {625, 626}, {0, 0}},
                         {{"r.refocus", "r.refocus"}, {688, 687}, {0, 0}}};

struct Rated {
  std::string_view scale;
  std::string_view segment;
  std::array<double, 2> values;
};
constexpr Rated rated[] = {{"impact", "w1", {3, 3}},
                           {"impact", "w2", {4, 3}},
                           {"impact", "w3", {2, 2}},
                           {"resolution", "", {4, 4}},
                           {"contribution", "", {2, 1}}};

Result<bool> put_seen(const Practice& practice, const Actor& actor, const Id<CodingSheet>& sheet,
                      std::size_t observer) {
  for (const Seen& one : seen) {
    if (one.codes.at(observer).empty()) continue;
    PutCode code;
    code.code = one.codes.at(observer);
    code.start_ms = one.seconds.at(observer) * second_ms;
    if (one.clarity.at(observer) > 0) code.value = one.clarity.at(observer);
    if (const auto put = put_code(practice, actor, sheet, code); !put) return tl::unexpected(put.error());
  }
  for (const Rated& one : rated)
    if (auto put =
            put_rating(practice, actor, sheet,
                       {std::string(one.scale), std::string(one.segment), one.values.at(observer), {}});
        !put)
      return put;
  return true;
}

}  // namespace

Result<Id<CodingTarget>> make_demo_clip(const Practice& practice, const Actor& actor) {
  const auto clip = make_clip(
      practice, actor,
      {ClipKind::training, Private<std::string>("Twelve minutes of a session (invented)"), length_ms});
  if (!clip) return tl::unexpected(clip.error());
  return clip->id;
}

Result<bool> code_demo_clip(const Practice& practice, const Actor& actor, const Id<CodingTarget>& clip,
                            std::size_t observer) {
  OpenSheet open;
  open.system = "rupture-markers";
  const auto sheet = open_coding_sheet(practice, actor, clip, open);
  if (!sheet) return tl::unexpected(sheet.error());
  if (auto put = put_seen(practice, actor, sheet->id, observer); !put) return put;
  const auto finished = finish_coding_sheet(practice, actor, sheet->id, {length_ms});
  if (!finished) return tl::unexpected(finished.error());
  return true;
}

}  // namespace securebase::service
