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

/// How near states come to their targets, person by person: moments about the means so far (Welford 1962,
/// Technometrics 4, 419), so that nobody has to be kept.
class Running {
 public:
  void add(const ExpectedState& state, double target) {
    ++n_;
    const double off = state.theta - target;
    bias_ += (off - bias_) / n_;
    square_ += (off * off - square_) / n_;
    error_ += (state.sd - error_) / n_;
    coverage_ += ((std::abs(off) <= reach_ * state.sd ? 1 : 0) - coverage_) / n_;
    const double from_score = state.theta - mean_score_;
    const double from_target = target - mean_target_;
    mean_score_ += from_score / n_;
    mean_target_ += from_target / n_;
    ss_ += from_score * (state.theta - mean_score_);
    tt_ += from_target * (target - mean_target_);
    st_ += from_score * (target - mean_target_);
  }

  [[nodiscard]] ScoreAgreement result(double items) const {
    const double r = ss_ > 0 && tt_ > 0 ? st_ / std::sqrt(ss_ * tt_) : 0;
    return {items, r, bias_, std::sqrt(square_), error_, coverage_};
  }

 private:
  double n_ = 0;
  double bias_ = 0;
  double square_ = 0;
  double error_ = 0;
  double coverage_ = 0;
  double mean_score_ = 0;
  double mean_target_ = 0;
  double ss_ = 0;
  double st_ = 0;
  double tt_ = 0;
  double reach_ = stats::normal_quantile(0.975);
};

bool complete(std::span<const std::uint8_t> row) {
  return std::none_of(row.begin(), row.end(), [](std::uint8_t answer) { return answer >= stats::no_answer; });
}

constexpr std::size_t people_at_once = 2048;  // their courses are in memory together

/// The courses of some people, in their order: person `first` and those behind.
std::vector<Course> run_some(const Trial& trial, std::span<const std::span<const std::uint8_t>> rows,
                             std::size_t first, unsigned threads) {
  std::vector<Course> courses(rows.size());
  const std::size_t workers = std::clamp<std::size_t>(threads, 1, rows.size());
  const auto part = [&](std::size_t t) {
    for (std::size_t p = rows.size() * t / workers; p < rows.size() * (t + 1) / workers; ++p)
      courses[p] = trial.run(rows[p], stats::RandomKey{1, first + p});
  };
  std::vector<std::thread> others;
  for (std::size_t t = 1; t < workers; ++t) others.emplace_back(part, t);
  part(0);
  for (std::thread& other : others) other.join();
  return courses;
}

/// What is counted and averaged over people, in their order: the same for any number of threads.
class Tally {
 public:
  Tally(std::size_t items, const AdaptivePlan& plan) : plan_(plan), adaptive_(items), fixed_(items) {
    lengths_.assign(items + 1, 0);
    asked_.assign(items, 0);
  }

  void add(const Course& course, double target) {
    for (std::size_t k = 0; k < adaptive_.size(); ++k) {
      adaptive_[k].add(course.adaptive[k], target);
      fixed_[k].add(course.fixed[k], target);
    }
    const std::size_t after = course.stopped_after;
    stopped_.add(after == 0 ? ExpectedState{plan_.prior.mean, plan_.prior.sd, 0} : course.adaptive[after - 1],
                 target);
    ++lengths_[after];
    for (std::size_t k = 0; k < after; ++k) ++asked_[course.asked[k]];
    ++people_;
  }

  void put_into(AdaptiveTrial& trial) const {
    const auto n = static_cast<double>(people_);
    trial.people = people_;
    for (std::size_t k = 0; k < adaptive_.size(); ++k) {
      trial.adaptive.push_back(adaptive_[k].result(static_cast<double>(k + 1)));
      trial.fixed.push_back(fixed_[k].result(static_cast<double>(k + 1)));
    }
    std::size_t questions = 0;
    for (std::size_t k = 0; k < lengths_.size(); ++k) questions += k * lengths_[k];
    trial.stopped = stopped_.result(static_cast<double>(questions) / n);
    trial.lengths = lengths_;
    for (const std::size_t times : asked_) trial.exposure.push_back(static_cast<double>(times) / n);
  }

 private:
  AdaptivePlan plan_;
  std::vector<Running> adaptive_;
  std::vector<Running> fixed_;
  Running stopped_;
  std::vector<std::size_t> lengths_;
  std::vector<std::size_t> asked_;
  std::size_t people_ = 0;
};

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
  Tally tally(items, plan);
  for (std::size_t first = 0; first < rows.size(); first += people_at_once) {
    const std::size_t some = std::min(people_at_once, rows.size() - first);
    const auto courses = run_some(trial, std::span(rows).subspan(first, some), first, threads);
    for (std::size_t p = 0; p < some; ++p) tally.add(courses[p], targets[first + p]);
  }
  AdaptiveTrial result;
  result.fixed_order = trial.order();
  tally.put_into(result);
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
