#include "service/demo_alert.hpp"

#include "service/alert.hpp"

namespace securebase::service {
namespace {

/// The open alert of one of these kinds, where there is one.
Result<std::optional<AlertView>> open_one(const DemoWriter& here, std::initializer_list<AlertKind> kinds) {
  const auto alerts = read_alerts(here.practice, here.therapist, here.course);
  if (!alerts) return tl::unexpected(alerts.error());
  for (const AlertView& alert : *alerts)
    for (const AlertKind kind : kinds)
      if (!alert.closed_at && alert.kind == kind) return std::optional(alert);
  return std::optional<AlertView>();
}

Result<bool> step(const DemoWriter& here, const Id<Alert>& alert, AlertStepKind kind,
                  std::vector<std::string> choices, const char* words) {
  NewAlertStep input{kind, std::move(choices), {}};
  if (*words != '\0') input.words = Private<std::string>(words);
  const auto added = add_alert_step(here.practice, here.therapist, here.course, alert, input);
  if (!added) return tl::unexpected(added.error());
  return true;
}

Result<bool> ask_about_dip(const DemoWriter& here) {
  const auto alert = open_one(here, {AlertKind::alliance_dip, AlertKind::alliance_soft});
  if (!alert) return tl::unexpected(alert.error());
  if (!*alert) return true;
  for (const auto& done :
       {step(here, (*alert)->id, AlertStepKind::asked_and_so, {},
             "Asked before they left. Being sent a form while away had felt like being checked. "
             "(invented)"),
        step(here, (*alert)->id, AlertStepKind::considered, {"alliance", "too_fast"}, ""),
        step(here, (*alert)->id, AlertStepKind::done, {"validate", "own_part", "change_task"},
             "Said that it makes sense, and that I had not asked. We left the form out this week. "
             "(invented)")})
    if (!done) return done;
  return true;
}

Result<bool> close_dip(const DemoWriter& here) {
  const auto alert = open_one(here, {AlertKind::alliance_dip, AlertKind::alliance_soft});
  if (!alert) return tl::unexpected(alert.error());
  if (!*alert) return true;
  if (auto followed = step(here, (*alert)->id, AlertStepKind::followed, {},
                           "Said by themselves what was too much, the week after. (invented)");
      !followed)
    return followed;
  const auto closed =
      close_alert(here.practice, here.therapist, here.course, (*alert)->id,
                  {AlertClosing::worked_through,
                   Private<std::string>("Spoken about twice; ratings are where they were. (invented)")});
  if (!closed) return tl::unexpected(closed.error());
  return true;
}

Result<bool> work_on_off_track(const DemoWriter& here) {
  const auto alert = open_one(here, {AlertKind::off_track});
  if (!alert) return tl::unexpected(alert.error());
  if (!*alert) return true;
  for (const auto& done :
       {step(here, (*alert)->id, AlertStepKind::considered, {"support", "life_events", "no_safety"}, ""),
        step(
            here, (*alert)->id, AlertStepKind::done, {},
            "Went through the last weeks by name: the sister has moved away. Agreed to stay with what calms, "
            "and to ring her on Sundays. (invented)")})
    if (!done) return done;
  return true;
}

}  // namespace

std::vector<std::string> demo_bond_answers(std::size_t session, std::size_t dip) {
  if (session == dip) return {"1", "1", "3", "1", "3", "3"};
  if (session == dip + 1) return {"3", "3", "1", "2", "1", "1"};
  return session % 2 == 0 ? std::vector<std::string>{"3", "3", "1", "3", "1", "0"}
                          : std::vector<std::string>{"3", "4", "1", "3", "1", "1"};
}

std::vector<DemoEntry> demo_alert_entries(const DemoCourse& course) {
  if (course.sheets.empty()) return {};
  const int last = course.sheets.back().days_ago;
  if (course.dip_day) return {{*course.dip_day, ask_about_dip}, {last, close_dip}};
  if (course.works_on_alert) return {{last, work_on_off_track}};
  return {};
}

}  // namespace securebase::service
