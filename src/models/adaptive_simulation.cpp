#include "models/adaptive_simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <thread>

#include "stats/distributions.hpp"
#include "stats/state_scores.hpp"

namespace securebase::models {
namespace {

using stats::AdaptivePlan;
using stats::AskedItem;
using stats::ExpectedState;
using stats::PolytomousItem;

/// What came of one person.
struct Course {
  std::vector<ExpectedState> adaptive;  ///< after each item
  std::vector<ExpectedState> fixed;
  std::size_t stopped_after = 0;
  std::vector<std::uint32_t> asked;  ///< in order
};

/// Never stops by itself: where the rule would have stopped is looked up in the same run.
AdaptivePlan endless(AdaptivePlan plan, std::size_t items) {
  plan.least_items = items;
  plan.most_items = items;
  return plan;
}

std::vector<std::size_t> by_average_information(const std::vector<PolytomousItem>& bank,
                                                const AdaptivePlan& plan) {
  const auto nodes = stats::quadrature_nodes(plan.quadrature);
  const auto weights = stats::normal_on(nodes, plan.prior.mean, plan.prior.sd);
  std::vector<double> average(bank.size(), 0);
  for (std::size_t i = 0; i < bank.size(); ++i)
    for (std::size_t q = 0; q < nodes.size(); ++q)
      average[i] += weights[q] * stats::item_information(bank[i], nodes[q]);
  std::vector<std::size_t> order(bank.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return average[a] > average[b]; });
  return order;
}

class Trial {
 public:
  Trial(const std::vector<PolytomousItem>& bank, const std::vector<double>& dependence,
        const AdaptivePlan& plan)
      : bank_(bank),
        plan_(plan),
        endless_(bank, endless(plan, bank.size()), dependence),
        rule_(bank, plan, dependence),
        order_(by_average_information(bank, plan)) {}

  [[nodiscard]] Course run(std::span<const std::uint8_t> answers, const stats::RandomKey& key) const {
    Course course;
    std::vector<AskedItem> asked;
    asked.reserve(bank_.size());
    bool stopped = false;
    while (asked.size() < bank_.size()) {
      if (!stopped && rule_.next(asked, key).stop != stats::AdaptiveStop::going_on) {
        stopped = true;
        course.stopped_after = asked.size();
      }
      const std::uint32_t item = endless_.next(asked, key).item;
      asked.push_back({item, answers[item]});
      course.asked.push_back(item);
      course.adaptive.push_back(endless_.estimate(asked));
    }
    if (!stopped) course.stopped_after = bank_.size();
    std::vector<AskedItem> form;
    form.reserve(bank_.size());
    for (const std::size_t item : order_) {
      form.push_back({static_cast<std::uint32_t>(item), answers[item]});
      course.fixed.push_back(endless_.estimate(form));
    }
    return course;
  }

  [[nodiscard]] const std::vector<std::size_t>& order() const { return order_; }

 private:
  const std::vector<PolytomousItem>& bank_;
  AdaptivePlan plan_;
  stats::AdaptiveTest endless_;
  stats::AdaptiveTest rule_;
  std::vector<std::size_t> order_;
};

template <class Score>
ScoreAgreement agreement(const std::vector<Course>& courses, const std::vector<double>& targets,
                         const Score& score) {
  const auto n = static_cast<double>(courses.size());
  ScoreAgreement result;
  double mean_score = 0;
  double mean_target = 0;
  const double reach = stats::normal_quantile(0.975);
  for (std::size_t p = 0; p < courses.size(); ++p) {
    const ExpectedState state = score(courses[p]);
    const double off = state.theta - targets[p];
    mean_score += state.theta / n;
    mean_target += targets[p] / n;
    result.bias += off / n;
    result.rmse += off * off / n;
    result.error += state.sd / n;
    result.coverage += (std::abs(off) <= reach * state.sd ? 1 : 0) / n;
  }
  double ss = 0;
  double st = 0;
  double tt = 0;
  for (std::size_t p = 0; p < courses.size(); ++p) {
    const double s = score(courses[p]).theta - mean_score;
    const double t = targets[p] - mean_target;
    ss += s * s;
    st += s * t;
    tt += t * t;
  }
  result.rmse = std::sqrt(result.rmse);
  result.r = ss > 0 && tt > 0 ? st / std::sqrt(ss * tt) : 0;
  return result;
}

bool complete(std::span<const std::uint8_t> row) {
  return std::none_of(row.begin(), row.end(), [](std::uint8_t answer) { return answer >= stats::no_answer; });
}

std::vector<Course> run_all(const Trial& trial, const std::vector<std::span<const std::uint8_t>>& rows,
                            unsigned threads) {
  std::vector<Course> courses(rows.size());
  const std::size_t workers = std::clamp<std::size_t>(threads, 1, rows.size());
  const auto part = [&](std::size_t t) {
    for (std::size_t p = rows.size() * t / workers; p < rows.size() * (t + 1) / workers; ++p)
      courses[p] = trial.run(rows[p], stats::RandomKey{1, p});
  };
  std::vector<std::thread> others;
  for (std::size_t t = 1; t < workers; ++t) others.emplace_back(part, t);
  part(0);
  for (std::thread& other : others) other.join();
  return courses;
}

void add_curve(FitReport& report, const NamedTrial& named) {
  Frame frame{named.scale + "_lengths",
              fmt::format("{}: adaptive and fixed form of the same length", named.scale),
              {"items", "r", "r_fixed", "bias", "bias_fixed", "rmse", "rmse_fixed", "error", "error_fixed"},
              {},
              true};
  for (std::size_t k = 0; k < named.trial.adaptive.size(); ++k) {
    const ScoreAgreement& a = named.trial.adaptive[k];
    const ScoreAgreement& f = named.trial.fixed[k];
    frame.rows.push_back(
        {static_cast<double>(k + 1), a.r, f.r, a.bias, f.bias, a.rmse, f.rmse, a.error, f.error});
  }
  report.frames.push_back(frame);
}

void add_use(FitReport& report, const NamedTrial& named) {
  Frame exposure{named.scale + "_exposure",
                 fmt::format("{}: who was asked what", named.scale),
                 {"item", "share_asked", "place_in_fixed_form"},
                 {},
                 false};
  for (std::size_t i = 0; i < named.items.size(); ++i) {
    const auto& order = named.trial.fixed_order;
    const auto place = static_cast<double>(std::find(order.begin(), order.end(), i) - order.begin() + 1);
    exposure.rows.push_back({named.items[i], named.trial.exposure[i], place});
  }
  report.frames.push_back(exposure);
  Frame lengths{named.scale + "_asked",
                fmt::format("{}: how many questions the rule asked", named.scale),
                {"items", "people"},
                {},
                false};
  for (std::size_t k = 0; k < named.trial.lengths.size(); ++k)
    if (named.trial.lengths[k] > 0)
      lengths.rows.push_back({static_cast<double>(k), static_cast<double>(named.trial.lengths[k])});
  report.frames.push_back(lengths);
}

}  // namespace

Result<AdaptiveTrial> try_adaptive(const stats::ResponseMatrix& responses, const std::vector<double>& truth,
                                   const std::vector<PolytomousItem>& bank,
                                   const std::vector<double>& dependence, const AdaptivePlan& plan,
                                   unsigned threads) {
  const std::size_t items = bank.size();
  if (responses.items != items || responses.answers.size() != responses.people() * items ||
      (!truth.empty() && truth.size() != responses.people()))
    return fail(ErrorKind::bad_data, "irt.shape", "answers are not people times items");
  std::vector<std::span<const std::uint8_t>> rows;
  std::vector<double> targets;
  const stats::StateScorer full(bank, plan.prior, plan.quadrature);
  for (std::size_t p = 0; p < responses.people(); ++p) {
    const auto row = std::span(responses.answers).subspan(p * items, items);
    if (!complete(row)) continue;
    rows.push_back(row);
    targets.push_back(truth.empty() ? full.score(row).theta : truth[p]);
  }
  if (rows.empty()) return fail(ErrorKind::bad_data, "irt.no_people", "nobody answered every item");
  const Trial trial(bank, dependence, plan);
  const auto courses = run_all(trial, rows, threads);
  AdaptiveTrial result;
  result.people = rows.size();
  result.fixed_order = trial.order();
  for (std::size_t k = 0; k < items; ++k) {
    result.adaptive.push_back(agreement(courses, targets, [k](const Course& c) { return c.adaptive[k]; }));
    result.fixed.push_back(agreement(courses, targets, [k](const Course& c) { return c.fixed[k]; }));
    result.adaptive.back().items = result.fixed.back().items = static_cast<double>(k + 1);
  }
  const auto n = static_cast<double>(courses.size());
  result.stopped = agreement(courses, targets, [&](const Course& c) {
    return c.stopped_after == 0 ? ExpectedState{plan.prior.mean, plan.prior.sd, 0}
                                : c.adaptive[c.stopped_after - 1];
  });
  result.lengths.assign(items + 1, 0);
  result.exposure.assign(items, 0);
  for (const Course& course : courses) {
    result.stopped.items += static_cast<double>(course.stopped_after) / n;
    ++result.lengths[course.stopped_after];
    for (std::size_t k = 0; k < course.stopped_after; ++k) result.exposure[course.asked[k]] += 1 / n;
  }
  return result;
}

MadeUpPeople make_up_people(const std::vector<PolytomousItem>& bank, std::size_t people,
                            const stats::RandomKey& key) {
  MadeUpPeople made;
  made.responses.items = bank.size();
  made.responses.answers.reserve(people * bank.size());
  made.states.reserve(people);
  for (std::size_t person = 0; person < people; ++person) {
    const stats::RandomKey own = key.part(person);
    const double theta = stats::random_normal(own, 0);
    made.states.push_back(theta);
    for (std::size_t i = 0; i < bank.size(); ++i)
      made.responses.answers.push_back(stats::answer_at(bank[i], theta, stats::random_uniform(own, i + 1)));
  }
  return made;
}

FitReport report_adaptive(const std::vector<NamedTrial>& trials, const AdaptivePlan& plan, bool made_up,
                          const std::string& what, const DataAccount& account) {
  FitReport report;
  report.command = "cat simulate";
  report.model = what;
  report.method = fmt::format(
      "{}; it ends when the error is below {:g}, after {} items, or when no item takes {:g} % off the "
      "variance",
      plan.selection == stats::ItemSelection::maximum_information
          ? "The item of maximum information is asked"
          : "The item of minimum expected variance is asked",
      plan.stop_error, plan.most_items, 100 * plan.least_gain);
  report.data = account;
  report.tables.push_back({"estimates", "Items asked by the rule", "Means over people.", {}});
  Frame rule{"rule",
             "What the rule gave",
             {"scale", "people", "items", "r", "bias", "rmse", "error", "coverage"},
             {},
             true};
  for (const NamedTrial& named : trials) {
    const ScoreAgreement& s = named.trial.stopped;
    report.tables.front().rows.push_back({named.scale, s.items});
    rule.rows.push_back({named.scale, static_cast<double>(named.trial.people), s.items, s.r, s.bias, s.rmse,
                         s.error, s.coverage});
  }
  report.frames.push_back(rule);
  for (const NamedTrial& named : trials) {
    add_curve(report, named);
    add_use(report, named);
  }
  if (made_up)
    report.findings.push_back({"cat.made_up",
                               "These people do not exist: they answer just as the model says.",
                               "states drawn from a normal distribution, answers from the item parameters",
                               "Real people answer less regularly: see the same on real answers."});
  else
    report.findings.push_back(
        {"cat.post_hoc", "Held against the score from all the same answers.",
         "answers of people who were asked everything, in the order of the form",
         "A score from some of the answers shares their errors with the score from all: how well "
         "either tells the state is less than r says. People asked adaptively might answer "
         "otherwise."});
  return report;
}

}  // namespace securebase::models
