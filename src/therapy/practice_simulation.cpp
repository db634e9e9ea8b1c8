#include "therapy/practice_simulation.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace securebase::therapy {
namespace {

using stats::random_normal;
using stats::random_uniform;

/// Streams of a course.
enum Stream : std::uint64_t {
  of_client,
  of_symptoms,
  of_error,
  of_alliance,
  of_rating,
  of_rupture,
  of_techniques,
  of_missing,
  of_leaving,
  of_follow_up,
  of_unrated
};
constexpr std::uint64_t of_therapists = 1ULL << 62U;  // courses are numbered from 0
constexpr double wide = 3;                            // times as much, for wide_share
constexpr int longest_rupture = 6;  // sessions; longest decline seen: Gumz 2012 (clinical.md 5.1 [V:S56])

void need(bool holds, const char* what) {
  if (!holds) throw std::domain_error(what);
}

void check(const PracticeParameters& p) {
  need(p.planned_sessions >= 4 && p.clients_of_therapist >= 1, "practice: sessions and clients");
  need(p.gain_sd >= 0 && p.therapist_icc >= 0 && p.therapist_icc <= 1, "practice: gains");
  need(p.symptom_reliability > 0 && p.symptom_reliability <= 1, "practice: reliability");
  need(p.symptom_state_sd >= 0 && p.symptom_state_sd < 1, "practice: symptom_state_sd");
  need(std::abs(p.symptom_ar) < 1 && std::abs(p.error_ar) < 1 && std::abs(p.alliance_ar) < 1,
       "practice: autocorrelations");
  need(p.dropout >= 0 && p.dropout < 1 && p.dropout_shape > 0, "practice: dropout");
  need(p.missing >= 0 && p.missing < 1, "practice: missing");
}

/// Two standardised predictors with correlation r explain a variable that correlates a and b with them.
struct Explained {
  double by_first = 0, by_second = 0, rest_sd = 1;
};
Explained explained(double a, double b, double r) {
  const double first = (a - r * b) / (1 - r * r);
  const double second = (b - r * a) / (1 - r * r);
  return {first, second, std::sqrt(std::max(0.0, 1 - first * a - second * b))};
}

struct Client {
  double anxiety = 0, avoidance = 0;
  double level = 0, gain = 0;
  double alliance = 0;
};

double wide_factor(const PracticeParameters& p, const stats::RandomKey& key) {
  if (p.wide_share <= 0) return 1;
  const double narrow = 1 / std::sqrt(1 - p.wide_share + p.wide_share * wide * wide);
  return random_uniform(key, 7) < p.wide_share ? wide * narrow : narrow;
}

double net_of_jumps(const PracticeParameters& p) {
  return (p.sudden_gain - p.sudden_loss) * p.sudden_gain_size;
}

Client make_client(const PracticeParameters& p, const stats::RandomKey& key,
                   const stats::RandomKey& therapist) {
  Client c;
  c.anxiety = random_normal(key, 0);
  c.avoidance = p.anxiety_avoidance * c.anxiety +
                std::sqrt(1 - p.anxiety_avoidance * p.anxiety_avoidance) * random_normal(key, 1);
  const Explained symptoms = explained(p.anxiety_symptoms, p.avoidance_symptoms, p.anxiety_avoidance);
  const double level = symptoms.by_first * c.anxiety + symptoms.by_second * c.avoidance +
                       symptoms.rest_sd * random_normal(key, 2);
  c.level = level * std::sqrt(1 - p.symptom_state_sd * p.symptom_state_sd);
  const Explained bond = explained(p.anxiety_alliance, p.avoidance_alliance, p.anxiety_avoidance);
  const double own =
      bond.by_first * c.anxiety + bond.by_second * c.avoidance + bond.rest_sd * random_normal(key, 3);
  c.alliance = p.alliance_mean +
               p.alliance_between_sd * (std::sqrt(p.alliance_therapist_share) * random_normal(therapist, 1) +
                                        std::sqrt(1 - p.alliance_therapist_share) * own);
  const double person =
      p.alliance_gain * own + std::sqrt(1 - p.alliance_gain * p.alliance_gain) * random_normal(key, 4);
  c.gain = p.gain - net_of_jumps(p) +
           p.gain_sd * (std::sqrt(p.therapist_icc) * random_normal(therapist, 0) +
                        std::sqrt(1 - p.therapist_icc) * person * wide_factor(p, key));
  return c;
}

/// A jump lies before one of the sessions 4 to T - 2, so that three scores stand either side.
std::optional<int> planted_jump(double share, int planned, const stats::RandomKey& key, std::uint64_t n) {
  if (!(random_uniform(key, n) < share) || planned < 6) return std::nullopt;
  return 4 + static_cast<int>(stats::random_below(key, n + 1, static_cast<std::uint64_t>(planned - 5)));
}

/// What goes on from session to session.
class Life {
 public:
  Life(const PracticeParameters& p, const Client& client, const stats::RandomKey& key)
      : p_(p), client_(client), key_(key) {}

  SimulatedSession session(int t, const SimulatedCourse& course) {
    SimulatedSession s;
    s.number = t;
    const auto n = static_cast<std::uint64_t>(t);
    use_techniques(s, n);
    if (course.sudden_gain_at == t) offset_ -= p_.sudden_gain_size;
    if (course.sudden_loss_at == t) offset_ += p_.sudden_gain_size;
    move_symptoms(t, n);
    move_alliance(t, n);
    rupture(s, n);
    s.state = client_.level - client_.gain * drift_at(p_, t) + state_ + offset_;
    s.alliance_state = client_.alliance + alliance_ - (s.rupture_open ? p_.rupture_depth : 0);
    measure(s, t, n);
    return s;
  }

  /// Whether the client leaves after this session.
  bool leaves(const SimulatedSession& s) const {
    return random_uniform(key_.part(of_leaving), static_cast<std::uint64_t>(s.number)) <
           chance_of_leaving(p_, s.number, s.state, s.rupture_open);
  }

 private:
  const PracticeParameters& p_;
  const Client& client_;
  stats::RandomKey key_;
  double state_ = 0, alliance_ = 0, error_ = 0, offset_ = 0;
  int open_for_ = 0;
  bool will_be_repaired_ = false;

  void use_techniques(SimulatedSession& s, std::uint64_t n) {
    const stats::RandomKey key = key_.part(of_techniques);
    for (std::size_t i = 0; i < s.techniques.size(); ++i) {
      s.techniques[i] = random_uniform(key, n * s.techniques.size() + i) < p_.technique_use;
      offset_ -= p_.technique_effects[i] * ((s.techniques[i] ? 1 : 0) - p_.technique_use);
    }
  }

  void move_symptoms(int t, std::uint64_t n) {
    const double z = random_normal(key_.part(of_symptoms), n);
    if (t == 1) {
      state_ = p_.symptom_state_sd * z;
      return;
    }
    const double from_alliance =
        p_.alliance_state_sd > 0 ? p_.alliance_to_symptoms * alliance_ / p_.alliance_state_sd : 0;
    state_ = p_.symptom_ar * state_ +
             p_.symptom_state_sd * (from_alliance + std::sqrt(1 - p_.symptom_ar * p_.symptom_ar) * z);
  }

  void move_alliance(int t, std::uint64_t n) {
    const double z = random_normal(key_.part(of_alliance), n);
    const double keep = t == 1 ? 0 : p_.alliance_ar;
    const double from_symptoms =
        t > 1 && p_.symptom_state_sd > 0 ? p_.symptoms_to_alliance * state_ / p_.symptom_state_sd : 0;
    alliance_ = keep * alliance_ + p_.alliance_state_sd * (from_symptoms + std::sqrt(1 - keep * keep) * z);
  }

  void rupture(SimulatedSession& s, std::uint64_t n) {
    const stats::RandomKey key = key_.part(of_rupture);
    const double k = p_.rupture_with_avoidance;
    if (open_for_ > 0) {
      --open_for_;
      s.repaired = open_for_ == 0 && will_be_repaired_;
    } else if (random_uniform(key, 3 * n) < p_.rupture * std::exp(k * client_.avoidance - k * k / 2)) {
      s.rupture_begins = true;
      will_be_repaired_ = random_uniform(key, 3 * n + 1) < p_.repair;
      open_for_ =
          will_be_repaired_ ? 1 + static_cast<int>(stats::random_below(key, 3 * n + 2, 3)) : longest_rupture;
    }
    s.rupture_open = open_for_ > 0;
    if (s.rupture_open) offset_ += p_.unrepaired_symptoms;
  }

  void measure(SimulatedSession& s, int t, std::uint64_t n) {
    const double keep = t == 1 ? 0 : p_.error_ar;
    error_ =
        keep * error_ + error_sd(p_) * std::sqrt(1 - keep * keep) * random_normal(key_.part(of_error), n);
    const double rating = s.alliance_state + p_.alliance_error_sd * random_normal(key_.part(of_rating), n);
    const double missing = chance_of_missing(p_, t, s.state);
    if (t == 1 || !(random_uniform(key_.part(of_missing), n) < missing)) s.score = s.state + error_;
    if (!(random_uniform(key_.part(of_unrated), n) < p_.missing)) s.alliance = std::clamp(rating, 1.0, 7.0);
  }
};

void follow_up(const PracticeParameters& p, SimulatedCourse& course, const stats::RandomKey& key) {
  double state = course.sessions.back().state;
  int before = 0;
  for (const int months : {3, 6, 12, 24}) {
    const auto n = static_cast<std::uint64_t>(months);
    const double years = (months - before) / 12.0;
    before = months;
    state += p.follow_up_drift * years + p.follow_up_sd * std::sqrt(years) * random_normal(key, 3 * n);
    SimulatedFollowUp reading{months, state, std::nullopt};
    if (!(random_uniform(key, 3 * n + 1) < p.follow_up_missing))
      reading.score = state + error_sd(p) * random_normal(key, 3 * n + 2);
    course.follow_up.push_back(reading);
  }
}

}  // namespace

double chance_of_missing(const PracticeParameters& p, int session, double state) {
  const double usual = std::log(p.missing / (1 - p.missing));
  return 1 / (1 + std::exp(-usual - p.missing_worse * (state + p.gain * drift_at(p, session))));
}

double chance_of_leaving(const PracticeParameters& p, int session, double state, bool rupture_open) {
  const auto reached = [&](int t) {
    return std::pow(static_cast<double>(t) / p.planned_sessions, p.dropout_shape);
  };
  const double step = -std::log1p(-p.dropout) * (reached(session) - reached(session - 1));
  const double worse =
      p.dropout_worse * (state + p.gain * drift_at(p, session)) - p.dropout_worse * p.dropout_worse / 2;
  return -std::expm1(-step * std::exp(worse + (rupture_open ? p.dropout_rupture : 0)));
}

int SimulatedCourse::last_attended() const {
  return left_after.value_or(static_cast<int>(sessions.size()));
}

double error_sd(const PracticeParameters& p) {
  return std::sqrt(1 / p.symptom_reliability - 1);
}

WorseRule worse_rule_of(const PracticeParameters& p) {
  return worse_rule(std::sqrt(1 / p.symptom_reliability), p.symptom_reliability);
}

double drift_at(const PracticeParameters& p, int session) {
  const double t = session;
  const double last = p.planned_sessions;
  switch (p.drift) {
    case Drift::logarithm:
      return std::log(t) / std::log(last);
    case Drift::square_root:
      return (std::sqrt(t) - 1) / (std::sqrt(last) - 1);
    case Drift::line:
      return (t - 1) / (last - 1);
  }
  return 0;
}

SimulatedCourse simulate_course(const PracticeParameters& p, std::uint64_t number,
                                const stats::RandomKey& key) {
  check(p);
  SimulatedCourse course;
  course.therapist = number / static_cast<std::uint64_t>(p.clients_of_therapist);
  const stats::RandomKey own = key.part(number);
  const stats::RandomKey about = own.part(of_client);
  const Client client = make_client(p, about, key.part(of_therapists).part(course.therapist));
  course.anxiety = client.anxiety;
  course.avoidance = client.avoidance;
  course.sudden_gain_at = planted_jump(p.sudden_gain, p.planned_sessions, about, 10);
  course.sudden_loss_at = planted_jump(p.sudden_loss, p.planned_sessions, about, 12);
  Life life(p, client, own);
  for (int t = 1; t <= p.planned_sessions; ++t) {
    SimulatedSession s = life.session(t, course);
    s.attended = !course.left_after;
    if (!s.attended) s.score = s.alliance = std::nullopt;
    if (s.attended && t < p.planned_sessions && life.leaves(s)) course.left_after = t;
    course.sessions.push_back(s);
  }
  follow_up(p, course, own.part(of_follow_up));
  return course;
}

bool truly_got_worse(const SimulatedCourse& course, const WorseRule& rule) {
  return got_worse(course.sessions.front().state, course.sessions.back().state, rule);
}

bool seen_to_get_worse(const SimulatedCourse& course, const WorseRule& rule) {
  for (auto s = course.sessions.rbegin(); s != course.sessions.rend(); ++s)
    if (s->score) return got_worse(*course.sessions.front().score, *s->score, rule);
  return false;
}

}  // namespace securebase::therapy
